import LogFixtures
import TestSupport
import TransparencyLog

extension Sandbox {
    /// Writes an archive to the mirror, and a proof beside it.
    @discardableResult
    func serve(_ archive: [UInt8], proof: [UInt8]) async throws -> String {
        let path = try await serve(archive).path
        let name = path.split(separator: "/").last ?? ""
        try directory.write("mirror/\(name)\(LogProof.fileSuffix)", proof)
        return path
    }

    /// Writes a manifest that names the log of a signer.
    ///
    /// - Returns: The path of the manifest.
    @discardableResult
    func trust(_ signer: LogSigner) throws -> String {
        try directory.write(
            "log.json",
            #"{"log": {"key": "\#(signer.key)", "url": "https://log.example"}}"#
        )
    }
}
