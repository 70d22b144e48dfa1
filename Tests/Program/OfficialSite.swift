import TestSupport
import ToolchainCore
import ToolchainHost

/// A server that plays go.dev for a host: Servers/official.py.
struct OfficialSite {
    /// One request for the list, as it is noted.
    static let listRequest = "go.dev /dl/?mode=json&include=all\n"

    private let host: OnlineHost

    /// Creates the certificate of go.dev, and the authority that the program trusts.
    init(_ host: OnlineHost) async throws {
        self.host = host
        try await TestAuthority.make(in: host.sandbox.directory, names: ["go.dev"])
        try host.sandbox.directory.write("official/.keep", "")
        try host.sandbox.directory.write("requests", "")
    }

    /// The requests to go.dev until now, one on each line.
    var requests: String {
        get throws {
            let path = "\(host.sandbox.directory.path)/requests"
            return String(decoding: try bytes(of: path), as: UTF8.self)
        }
    }

    /// Adds an archive that go.dev serves.
    func add(_ name: String, _ archive: [UInt8]) throws {
        try host.sandbox.directory.write("official/\(name)", archive)
    }

    /// Runs the program while go.dev answers, in the directory of the sandbox.
    ///
    /// - Parameters:
    ///   - arguments: The arguments.
    ///   - list: The list of releases, or `nil` for status 404.
    ///   - changes: Variables of the program and of the server.
    /// - Returns: The result.
    /// - Throws: An error if it cannot be started.
    func gotoolprov(
        _ arguments: [String],
        listing list: String?,
        with changes: [String: String] = [:]
    ) async throws -> CommandResult {
        let directory = host.sandbox.directory
        if let list { try directory.write("list.json", list) }
        let script = """
            cd "$2"
            rm -f port
            python3 "$3" "$4" official requests port & server=$!
            trap 'kill $server' EXIT
            until [ -e port ]; do kill -0 $server || exit 99; done
            export https_proxy=http://127.0.0.1:$(cat port)
            program=$1
            shift 4
            "$program" "$@"
            """
        let variables = ["MIRROR_CERTIFICATE": "cert.pem", "MIRROR_KEY": "key.pem"]
        return try await run(
            "sh",
            [
                "-c", script, "sh", host.sandbox.program, directory.path,
                "\(packageDirectory)/Tests/Support/Servers/official.py",
                list == nil ? "missing.json" : "list.json",
            ] + arguments,
            environment: host.environment.merging(variables) { $1 }.merging(changes) { $1 }
        )
    }

    /// Returns the official list with one archive of a release for this host.
    static func list(
        _ archive: [UInt8],
        of version: String = "1.99.1",
        size: Int? = nil
    ) throws -> String {
        """
        [{"version": "go\(version)", "stable": true, "files": [
          {"filename": "\(OnlineHost.fileName(version))", "os": "linux",
           "arch": "\(hostArchitecture)", "version": "go\(version)",
           "sha256": "\(try SHA256Digest(of: archive))",
           "size": \(size ?? archive.count), "kind": "archive"}]}]
        """
    }
}
