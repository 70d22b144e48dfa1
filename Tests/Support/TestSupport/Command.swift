internal import Glibc
internal import Subprocess
internal import SystemPackage

/// What a program did.
///
/// An exit status that is not 0 is a result like any other.
public struct CommandResult: Sendable, CustomStringConvertible {
    /// The exit status, or 128 + the signal that ended it.
    public let status: Int32
    /// What it wrote to stdout.
    public let output: String
    /// What it wrote to stderr.
    public let error: String

    /// All of it, for a failed expectation.
    public var description: String { "status \(status)\n\(output)\(error)" }
}

/// Runs a program and waits for it.
///
/// - Parameters:
///   - program: A path, or a name on PATH.
///   - arguments: Its arguments.
///   - environment: The whole environment.
///   - directory: The working directory.
/// - Returns: What it did.
/// - Throws: Where it could not be started.
public func run(
    _ program: String,
    _ arguments: [String],
    environment: [String: String] = baseEnvironment,
    in directory: String? = nil
) async throws -> CommandResult {
    var variables: [Environment.Key: String] = [:]
    for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
    // Coverage of a spawned program counts where the test run asks for it.
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
///   - environment: The whole environment.
///   - directory: The working directory.
/// - Returns: What it did.
/// - Throws: Where sh could not be started.
public func shell(
    _ script: String,
    _ arguments: String...,
    environment: [String: String] = baseEnvironment,
    in directory: String? = nil
) async throws -> CommandResult {
    try await run("sh", ["-c", script, "sh"] + arguments, environment: environment, in: directory)
}

/// Runs a script with sh that a test depends on.
///
/// - Parameters:
///   - script: The script; it ends at the first command that fails.
///   - arguments: `$1` and so on.
///   - environment: The whole environment.
///   - directory: The working directory.
/// - Throws: Where a command fails.
public func prepare(
    _ script: String,
    _ arguments: String...,
    environment: [String: String] = baseEnvironment,
    in directory: String? = nil
) async throws {
    try await run("sh", ["-ec", script, "sh"] + arguments, environment: environment, in: directory)
        .expectSuccess()
}

/// The environment of a program that nothing is said about.
public let baseEnvironment = [
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
]

/// The lower-case SHA-256 of a file, by coreutils and not by the code under test.
public func sha256(of path: String) async throws -> String {
    let result = try await run("sha256sum", [path])
    guard result.status == 0 else { throw SupportError(result.description) }
    return String(result.output.prefix(64))
}

/// A variable of the test run's own environment.
public func testVariable(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
}

/// Whether a program can be started and exits with status 0; what it prints is thrown away.
///
/// - Parameters:
///   - program: Its path.
///   - arguments: Its arguments.
/// - Returns: Whether it did.
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
    /// Makes a step of a test's own preparation fail the test.
    ///
    /// - Throws: Where the exit status is not 0.
    public func expectSuccess() throws {
        guard status == 0 else { throw SupportError(description) }
    }
}
