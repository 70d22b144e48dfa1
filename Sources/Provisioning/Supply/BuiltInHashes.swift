internal import CManifests
package import ToolchainCore

extension CatalogLibrary {
    /// Returns the built-in hashes of published toolchains: the contents of `Manifests/go-h1.csv`.
    ///
    /// - Returns: The hashes; this takes microseconds, because nothing is parsed.
    /// - Throws: ``Failure`` of kind `defect` if the table is not complete.
    package static func publishedHashes() throws(Failure) -> PublishedHashes {
        let file = unsafe cmanifests_go_h1()
        let table = unsafe Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
        guard let hashes = PublishedHashes(parsing: table) else {
            throw Failure(.defect, "the built-in table of published hashes is invalid")
        }
        return hashes
    }
}
