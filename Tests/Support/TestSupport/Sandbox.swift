internal import Glibc

/// A home of a test's own and a mirror to fill it from, with the built program to do so.
public final class Sandbox: Sendable {
    /// The directory that everything is in.
    public let directory: TemporaryDirectory
    /// The program under test.
    public let program: String

    /// The home directory.
    public var home: String { "\(directory.path)/home" }
    /// Where SDKs appear.
    public var sdkRoot: String { "\(home)/sdk" }
    /// Where launchers appear.
    public var goBin: String { "\(home)/go/bin" }
    /// A mirror.
    public var mirror: String { "\(directory.path)/mirror" }

    /// A sandbox for the development build, or for the program that is named.
    ///
    /// - Parameters:
    ///   - program: The program; without one, the one beside the test runner.
    ///   - inMemory: Whether its files are kept in memory where that is possible.
    /// - Throws: Where directories or the program are missing.
    public init(program: String? = nil, inMemory: Bool = false) throws {
        directory = try TemporaryDirectory(inMemory: inMemory)
        self.program = try program ?? Self.builtProgram()
        try directory.write("home/.keep", "")
        try directory.write("mirror/.keep", "")
    }

    /// SwiftPM puts products beside the test runner.
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

    /// The environment of the program: a PATH, the home, and nothing else.
    public var environment: [String: String] {
        baseEnvironment.merging(["HOME": home, "GOTOOLPROV_OFFLINE": "1"]) { $1 }
    }

    /// Runs the program.
    ///
    /// - Parameters:
    ///   - arguments: Its arguments.
    ///   - changes: Variables to set, or with nil to leave out.
    ///   - workingDirectory: Where to run it; the home if not said.
    /// - Returns: What it did.
    /// - Throws: Where it could not be started.
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

    /// Runs `ensure` for the version that fixtures hold, from the mirror.
    ///
    /// - Parameters:
    ///   - digest: What the archive's digest is said to be.
    ///   - changes: Variables to set, or with nil to leave out.
    /// - Returns: What it did.
    /// - Throws: Where it could not be started.
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

    /// Puts an archive into the mirror under the official name of its version.
    ///
    /// - Parameters:
    ///   - archive: Its bytes.
    ///   - version: The version that it is named after.
    ///   - subdirectory: Where in the mirror, as `go/`.
    /// - Returns: Its path and its digest.
    /// - Throws: Where it could not be written.
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

    /// Everything in a directory below the sandbox, a line each: type, mode, size, name and contents'
    /// digest; equal before and after means that nothing was changed.
    ///
    /// - Parameter name: The directory's name.
    /// - Returns: The lines.
    /// - Throws: Where it could not be looked at.
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

/// This host's GOARCH as archives have it.
public var hostArchitecture: String {
    #if arch(arm64)
        "arm64"
    #else
        "amd64"
    #endif
}

/// A small program of this host, to stand for `bin/go` in fixtures.
public func hostProgram() throws -> [UInt8] { try bytes(of: "/bin/true") }
