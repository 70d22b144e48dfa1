import Glibc
import TestSupport

/// A test program that runs until this value is destroyed; it must write a line when it is ready.
final class RunningProgram: Sendable {
    let processID: pid_t

    init(_ program: String, _ arguments: [String] = []) throws {
        var ends: [CInt] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { throw SupportError("pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = unsafe posix_spawn_file_actions_t()
        _ = unsafe posix_spawn_file_actions_init(&actions)
        _ = unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        defer { _ = unsafe posix_spawn_file_actions_destroy(&actions) }
        var pointers = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe pointers.indices { unsafe free(pointers[index]) } }
        var processID = pid_t()
        let result = unsafe posix_spawn(&processID, program, &actions, nil, &pointers, environ)
        close(ends[1])
        defer { close(ends[0]) }
        guard result == 0 else { throw SupportError("cannot start \(program)") }
        self.processID = processID
        var byte: UInt8 = 0
        guard unsafe read(ends[0], &byte, 1) == 1 else {
            throw SupportError("\(program) \(arguments) did not get ready")
        }
    }

    deinit {
        kill(processID, SIGKILL)
        _ = waitpid(processID, nil, 0)
    }

    /// Builds a program named `dlv` that only listens on the address given with `--listen=`; `--mode=`
    /// sets the mode of its socket file.
    static func delve(in directory: TemporaryDirectory, named name: String = "dlv") async throws
        -> String
    {
        let source = try directory.write("dlv.c", listening)
        try await run("cc", ["-Wall", "-Werror", "-o", "\(directory.path)/\(name)", source])
            .expectSuccess()
        return "\(directory.path)/\(name)"
    }

    private static let listening = """
        #define _GNU_SOURCE
        #include <arpa/inet.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/socket.h>
        #include <sys/stat.h>
        #include <sys/un.h>
        #include <unistd.h>
        int main(int count, char **arguments) {
            // Other tests have sockets open, and a process listens on what it inherits, too.
            if (close_range(3, ~0U, 0)) return 6;
            for (int index = 1; index < count; index++) {
                char text[200];
                if (sscanf(arguments[index], "--user=%199s", text) == 1) {
                    if (setgid(atoi(text)) || setuid(atoi(text))) return 5;
                }
                if (sscanf(arguments[index], "--listen=%199s", text) != 1) continue;
                struct sockaddr_storage place = {0};
                socklen_t length;
                if (!strncmp(text, "unix:", 5)) {
                    struct sockaddr_un *file = (void *)&place;
                    file->sun_family = AF_UNIX;
                    strncpy(file->sun_path, text + 5, sizeof file->sun_path - 1);
                    length = sizeof *file;
                    if (text[5] == '@') {
                        file->sun_path[0] = 0;
                        length = 2 + strlen(text + 5);
                    }
                } else if (strchr(text, '[')) {
                    struct sockaddr_in6 *six = (void *)&place;
                    six->sin6_family = AF_INET6;
                    *strchr(text, ']') = 0;
                    if (inet_pton(AF_INET6, text + 1, &six->sin6_addr) != 1) return 2;
                    length = sizeof *six;
                } else {
                    struct sockaddr_in *four = (void *)&place;
                    four->sin_family = AF_INET;
                    *strchr(text, ':') = 0;
                    if (inet_pton(AF_INET, text, &four->sin_addr) != 1) return 2;
                    length = sizeof *four;
                }
                int number = socket(place.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
                if (number < 0 || bind(number, (void *)&place, length) || listen(number, 1)) return 3;
                unsigned mode;
                if (index + 1 < count && sscanf(arguments[index + 1], "--mode=%o", &mode) == 1 &&
                    chmod(((struct sockaddr_un *)&place)->sun_path, mode)) return 4;
            }
            puts("ready");
            fflush(stdout);
            for (;;) pause();
        }
        """
}
