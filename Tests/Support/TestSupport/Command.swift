internal import Glibc
internal import Subprocess
internal import SystemPackage

/// The result of running a program.
///
/// A nonzero exit status is not an error.
public struct CommandResult: Sendable, CustomStringConvertible {
    /// The exit status, or 128 plus the number of the signal that killed it.
    public let status: Int32
    /// The output on stdout.
    public let output: String
    /// The output on stderr.
    public let error: String

    /// The status and all output, for a failed expectation.
    public var description: String { "status \(status)\n\(output)\(error)" }
}

/// Runs a program and waits for it to exit.
///
/// - Parameters:
///   - program: A path, or a name on PATH.
///   - arguments: Its arguments.
///   - environment: The complete environment.
///   - directory: The working directory.
/// - Returns: The result.
/// - Throws: An error if it cannot be started.
public func run(
    _ program: String,
    _ arguments: [String],
    environment: [String: String] = baseEnvironment,
    in directory: String? = nil
) async throws -> CommandResult {
    var variables: [Environment.Key: String] = [:]
    for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
    // Collect the coverage of child processes if the test run collects coverage.
    if let profile = unsafe getenv("LLVM_PROFILE_FILE") {
        variables["LLVM_PROFILE_FILE"] = unsafe String(cString: profile)
    }
    let result = try await Subprocess.run(
        program.contains("/") ? .path(FilePath(program)) : .name(program),
        arguments: Arguments(arguments),
        environment: .custom(variables),
        workingDirectory: directory.map { FilePath($0) },
        output: .string(limit: 16 << 20),
        error: .string(limit: 16 << 20)
    )
    let status: Int32 =
        switch result.terminationStatus {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
    return CommandResult(
        status: status,
        output: result.standardOutput,
        error: result.standardError
    )
}

/// Runs a script with sh.
///
/// - Parameters:
///   - script: The script.
///   - arguments: `$1` and so on.
///   - environment: The complete environment.
///   - directory: The working directory.
/// - Returns: The result.
/// - Throws: An error if sh cannot be started.
public func shell(
    _ script: String,
    _ arguments: String...,
    environment: [String: String] = baseEnvironment,
    in directory: String? = nil
) async throws -> CommandResult {
    try await run("sh", ["-c", script, "sh"] + arguments, environment: environment, in: directory)
}

/// Runs a script with sh, and fails if a command fails.
///
/// - Parameters:
///   - script: The script; it stops at the first command that fails.
///   - arguments: `$1` and so on.
///   - environment: The complete environment.
///   - directory: The working directory.
/// - Throws: ``SupportError`` if a command fails.
public func prepare(
    _ script: String,
    _ arguments: String...,
    environment: [String: String] = baseEnvironment,
    in directory: String? = nil
) async throws {
    try await run("sh", ["-ec", script, "sh"] + arguments, environment: environment, in: directory)
        .expectSuccess()
}

/// The default environment of programs.
public let baseEnvironment = [
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
]

/// Returns the lowercase SHA-256 of a file, computed by coreutils instead of the code under test.
public func sha256(of path: String) async throws -> String {
    let result = try await run("sha256sum", [path])
    guard result.status == 0 else { throw SupportError(result.description) }
    return String(result.output.prefix(64))
}

/// Returns an environment variable of the test run.
public func testVariable(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
}

/// Returns whether a program can be started and exits with status 0; its output is discarded.
///
/// - Parameters:
///   - program: The path of the program.
///   - arguments: Its arguments.
/// - Returns: Whether it succeeded.
public func succeeds(_ program: String, _ arguments: [String]) -> Bool {
    var actions = unsafe posix_spawn_file_actions_t()
    _ = unsafe posix_spawn_file_actions_init(&actions)
    defer { _ = unsafe posix_spawn_file_actions_destroy(&actions) }
    for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
        _ = unsafe posix_spawn_file_actions_addopen(
            &actions,
            descriptor,
            "/dev/null",
            O_WRONLY,
            0
        )
    }
    var pid = pid_t()
    var pointers = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
    defer { for index in unsafe pointers.indices { unsafe free(pointers[index]) } }
    guard unsafe posix_spawn(&pid, program, &actions, nil, &pointers, environ) == 0 else {
        return false
    }
    var status: CInt = 0
    _ = unsafe waitpid(pid, &status, 0)
    return status == 0
}

extension CommandResult {
    /// Requires that a step in the preparation of a test succeeded.
    ///
    /// - Throws: ``SupportError`` if the exit status is not 0.
    public func expectSuccess() throws {
        guard status == 0 else { throw SupportError(description) }
    }
}
