internal import ToolchainCore
internal import ToolchainHost

/// What the cache has of the official list of releases: a copy, and the last failure to fetch it.
///
/// A damaged file, and one that another user can change, counts as missing: it is only a cache.
struct OfficialCache {
    let session: Session
    /// The directory, or `nil` if there is no cache.
    private var directory: String? { session.settings.cacheDirectory }

    private enum File: String {
        case copy = "official-releases.json"
        case failure = "official-releases-failure.json"
    }

    /// The copy, whatever its age, or `nil` if it cannot be used.
    var copy: OfficialCopy? {
        contents(.copy, limit: OfficialCopy.mostBytes).flatMap { try? OfficialCopy(parsing: $0) }
    }

    /// The last failure, whatever its age, or `nil` if the list has been fetched since.
    var failure: OfficialFailure? {
        contents(.failure, limit: OfficialFailure.mostBytes).flatMap {
            try? OfficialFailure(parsing: $0)
        }
    }

    /// Keeps a copy.
    ///
    /// - Throws: ``Failure`` if others can change the cache, ``FileError`` if it cannot be written.
    func keep(copy document: [UInt8]) throws { try keep(.copy, document) }

    /// Keeps a failure, if the cache can be written.
    func keep(_ failure: OfficialFailure) { try? keep(.failure, failure.document) }

    /// Removes the last failure, if there is one that can be removed.
    func removeFailure() {
        guard let path = path(of: .failure), FileSystem.exists(path), isSafe else { return }
        try? FileSystem.remove(path)
    }

    private func path(of file: File) -> String? { directory.map { "\($0)/\(file.rawValue)" } }

    private var isSafe: Bool { (try? Directories(session).refuseUnsafeCache()) != nil }

    private func contents(_ file: File, limit: Int) -> [UInt8]? {
        guard let path = path(of: file), FileSystem.exists(path), isSafe else { return nil }
        return try? FileSystem.contents(
            of: path,
            limit: limit + 1,
            ownedBy: [0, FileSystem.currentUser]
        )
    }

    private func keep(_ file: File, _ document: [UInt8]) throws {
        guard let directory, let path = path(of: file) else { return }
        try Directories(session).refuseUnsafeCache()
        var made: [String] = []
        do {
            try FileSystem.makeDirectories(directory, adding: &made)
            try FileSystem.replaceFile(
                at: path,
                with: document,
                mode: 0o644,
                durably: false,
                isSweeping: true
            )
        } catch {
            FileSystem.removeEmptyDirectories(made)
            throw error
        }
    }
}
