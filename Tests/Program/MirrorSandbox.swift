import LogFixtures
import TestSupport
import TransparencyLog

/// A sandbox with a mirror to build, `site`, and a directory to take archives from, `mirror`.
struct MirrorSandbox {
    let sandbox: Sandbox
    let signer: LogSigner

    var site: String { "\(sandbox.directory.path)/site" }
    var manifest: String { "\(sandbox.directory.path)/log.json" }

    init() throws {
        sandbox = try Sandbox()
        signer = try LogSigner()
        try sandbox.trust(signer)
    }

    /// Writes an archive to the directory to take archives from, and by default its proof.
    ///
    /// - Returns: The digest of the archive.
    @discardableResult
    func serve(
        _ version: String = "1.99.1",
        isProven: Bool = true,
        changing change: (inout ProvenArchive) -> Void = { _ in }
    ) async throws -> String {
        var archive = try ProvenArchive(version)
        archive.files[archive.index(of: "bin/go")].mode = 0o755
        let record = try archive.record(version)
        change(&archive)
        let served = try await sandbox.serve(archive.fixture.gzipped, as: version)
        if isProven {
            let proof = try ProvenArchive.proof(of: record, signer: signer)
            let name = served.path.split(separator: "/").last ?? ""
            try sandbox.directory.write("mirror/\(name)\(LogProof.fileSuffix)", proof.document)
        }
        return served.digest
    }

    /// Runs a subcommand of `mirror` on the mirror.
    func mirror(_ arguments: String...) async throws -> CommandResult {
        try await run(
            sandbox.program,
            ["mirror"] + arguments + ["--directory", site, "--manifest", manifest],
            environment: sandbox.environment,
            in: sandbox.home
        )
    }

    func initialize() async throws {
        try await sandbox.gotoolprov("mirror", "init", site).expectSuccess()
    }

    /// Runs a script with functions for the commands.
    func script(_ text: String) async throws -> CommandResult {
        let prelude = """
            umask 022; cd "$1"; G=$2; V=go1.99.1.linux-\(hostArchitecture).tar.gz
            mirror() { sub=$1; shift; "$G" mirror $sub --directory site --manifest log.json "$@"; }
            add() { mirror add --from mirror -q "$@"; }

            """
        return try await run(
            "bash",
            ["-c", prelude + text, "bash", sandbox.directory.path, sandbox.program],
            environment: sandbox.environment
        )
    }
}
