internal import Glibc
internal import ToolchainCore

/// A process of this host, as /proc shows it.
package struct RunningProcess: Hashable, Sendable {
    /// Its number.
    package let processID: Int
    /// The program that it runs.
    package let program: String
    /// Its arguments, separated by spaces, at most some 200 characters.
    package let command: String

    /// The processes whose program lies in `directory`, in the order of their numbers.
    ///
    /// Those of other users cannot be seen without privileges.
    ///
    /// - Returns: The processes; nil where /proc cannot be read, so that nothing is known.
    package static func running(from directory: String) -> [RunningProcess]? {
        guard FileSystem.linkTarget(of: "/proc/self/exe") != nil,
            let names = try? FileSystem.names(in: "/proc")
        else { return nil }
        // The kernel shows the path without links in it.
        let directory = FileSystem.withoutLinks(directory) ?? directory
        return names.compactMap { Int($0) }.sorted().compactMap { processID in
            guard let program = FileSystem.linkTarget(of: "/proc/\(processID)/exe"),
                program.isInside(directory)
            else { return nil }
            return RunningProcess(
                processID: processID,
                program: program,
                command: command(of: processID)
            )
        }
    }

    /// The arguments of a process, or its name where they are empty or it has just ended.
    static func command(of processID: Int) -> String {
        let bytes = (try? FileSystem.contents(of: "/proc/\(processID)/cmdline", limit: 4096)) ?? []
        let text = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            .joined(separator: " ")
        guard text.isEmpty else { return String(text.withVisibleControls.prefix(200)) }
        let name = (try? FileSystem.contents(of: "/proc/\(processID)/comm", limit: 64)) ?? []
        return String(decoding: name.prefix { $0 != 10 }, as: UTF8.self).withVisibleControls
    }

    /// When a process started; nil if unknown.
    static func startTime(of processID: Int) -> UTCTime? {
        // proc_pid_stat(5): field 22, in clock ticks since boot; the name in field 2 may hold anything.
        guard let stat = try? FileSystem.contents(of: "/proc/\(processID)/stat", limit: 4096),
            let end = stat.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = stat[(end + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 19, let ticks = Int(String(decoding: fields[19], as: UTF8.self)),
            let bootTime = bootTime()
        else { return nil }
        return UTCTime(seconds: bootTime + ticks / max(1, sysconf(CInt(_SC_CLK_TCK))))
    }

    /// When this host started, in seconds since 1970.
    private static func bootTime() -> Int? {
        guard let bytes = try? FileSystem.contents(of: "/proc/stat", limit: 1 << 20) else {
            return nil
        }
        let key = "btime "
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.starts(with: key.utf8) {
            return Int(String(decoding: line.dropFirst(key.utf8.count), as: UTF8.self))
        }
        return nil
    }
}
