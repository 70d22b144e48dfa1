internal import Glibc

/// A home directory and a mirror for one test, with the program under test.
public final class Sandbox: Sendable {
    /// The directory that contains all files of the sandbox.
    public let directory: TemporaryDirectory
    /// The path of the program under test.
    public let program: String

    /// The path of the home directory.
    public var home: String { "\(directory.path)/home" }
    /// The path of the SDK directory.
    public var sdkRoot: String { "\(home)/sdk" }
    /// The path of the launcher directory.
    public var goBin: String { "\(home)/go/bin" }
    /// The path of the mirror directory.
    public var mirror: String { "\(directory.path)/mirror" }

    /// Creates a sandbox for the development build or for another program.
    ///
    /// - Parameters:
    ///   - program: The path of the program, or `nil` for the one next to the test runner.
    ///   - inMemory: Whether to keep the files in memory if possible.
    /// - Throws: ``SupportError`` if a directory cannot be created or the program is missing.
    public init(program: String? = nil, inMemory: Bool = false) throws {
        directory = try TemporaryDirectory(inMemory: inMemory)
        self.program = try program ?? Self.builtProgram()
        try directory.write("home/.keep", "")
        try directory.write("mirror/.keep", "")
    }

    /// Returns the path of the program, which SwiftPM writes next to the test runner.
    private static func builtProgram() throws -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
        let runner = String(
            decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
        let directory =
            CommandLine.arguments.compactMap { argument -> String? in
                guard argument.hasSuffix(".xctest"), let slash = argument.lastIndex(of: "/") else {
                    return nil
                }
                return String(argument[..<slash])
            }.first ?? String(runner[..<(runner.lastIndex(of: "/") ?? runner.startIndex)])
        let program = "\(directory)/gotoolprov"
        guard unsafe access(program, X_OK) == 0 else {
            throw SupportError("there is no \(program)")
        }
        return program
    }

    /// The environment of the program: PATH, HOME, a state directory in it also for root, and offline mode.
    public var environment: [String: String] {
        baseEnvironment.merging([
            "HOME": home, "GOTOOLPROV_STATE": "\(home)/.local/state/gotoolprov",
            "GOTOOLPROV_OFFLINE": "1",
        ]) { $1 }
    }

    /// Runs the program.
    ///
    /// - Parameters:
    ///   - arguments: The arguments.
    ///   - changes: Variables to set, or to remove if `nil`.
    ///   - workingDirectory: The working directory, or `nil` for the home directory.
    /// - Returns: The result.
    /// - Throws: An error if it cannot be started.
    public func gotoolprov(
        _ arguments: String...,
        with changes: [String: String?] = [:],
        in workingDirectory: String? = nil
    ) async throws -> CommandResult {
        var environment = environment
        for (name, value) in changes { environment[name] = value }
        return try await run(
            program,
            arguments,
            environment: environment,
            in: workingDirectory ?? home
        )
    }

    /// Runs `ensure` for the version of the fixtures, with the mirror.
    ///
    /// - Parameters:
    ///   - digest: The value of `--sha256`.
    ///   - changes: Variables to set, or to remove if `nil`.
    /// - Returns: The result.
    /// - Throws: An error if it cannot be started.
    @discardableResult
    public func install(
        _ digest: String,
        with changes: [String: String?] = [:]
    ) async throws -> CommandResult {
        try await gotoolprov(
            "ensure",
            "go1.99.1",
            "--mirror",
            mirror,
            "--sha256",
            digest,
            with: changes
        )
    }

    /// Writes an archive to the mirror under the official name of its version.
    ///
    /// - Parameters:
    ///   - archive: The bytes of the archive.
    ///   - version: The version that it is named after.
    ///   - subdirectory: A subdirectory of the mirror, such as `go/`.
    /// - Returns: The path and digest of the archive.
    /// - Throws: ``SupportError`` if it cannot be written.
    @discardableResult
    public func serve(
        _ archive: [UInt8],
        as version: String = "1.99.1",
        in subdirectory: String = ""
    ) async throws -> (path: String, digest: String) {
        let path = try directory.write(
            "mirror/\(subdirectory)go\(version).linux-\(hostArchitecture).tar.gz",
            archive
        )
        return (path, try await sha256(of: path))
    }

    /// Lists the files of a directory with types, modes, sizes and digests, to compare its state before
    /// and after.
    ///
    /// - Parameter name: The name of the directory in the sandbox.
    /// - Returns: The list, one line per file.
    /// - Throws: ``SupportError`` if the directory cannot be read.
    public func snapshot(of name: String = "home") async throws -> String {
        let script = """
            cd "$1" && find . -printf '%y %m %s %P %l\\n' | sort
            find . -type f -print0 | sort -z | xargs -0 -r sha256sum
            """
        let result = try await shell(script, "\(directory.path)/\(name)")
        guard result.status == 0 else { throw SupportError(result.description) }
        return result.output
    }
}

/// The GOARCH of this host.
public var hostArchitecture: String {
    #if arch(arm64)
        "arm64"
    #else
        "amd64"
    #endif
}

/// Returns a small program of this host, which represents `bin/go` in fixtures.
public func hostProgram() throws -> [UInt8] { try bytes(of: "/bin/true") }
