internal import CManifests

extension CatalogLibrary {
    /// The list of vulnerabilities inside this program: `Manifests/go-vulnerabilities.json`.
    package static var vulnerabilities: [UInt8] {
        let file = unsafe cmanifests_go_vulnerabilities()
        return unsafe Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
    }
}
