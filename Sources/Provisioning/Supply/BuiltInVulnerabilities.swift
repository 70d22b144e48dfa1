internal import CManifests

extension CatalogLibrary {
    /// The built-in list of vulnerabilities: the contents of `Manifests/go-vulnerabilities.json`.
    package static var vulnerabilities: [UInt8] {
        let file = unsafe cmanifests_go_vulnerabilities()
        return unsafe Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
    }
}
