internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// A directory in which a repair keeps the files that it removes from a tree: they may be evidence, or
/// the user's work.
struct Quarantine {
    /// The number of quarantines to keep per version: a repair that runs every hour must not fill the
    /// disk.
    private static let mostKept = 3

    /// The directory's path; it exists once a file has been moved to it.
    var path: String {
        "\(store.root)/\(Installations.Name.bookkeeping)/\(parent)/\(directoryName)"
    }
    private let parent = Installations.Name.quarantine
    private let directoryName: String
    private let store: Installations
    private let name: String

    /// Creates a quarantine for the tree `name`; its directory is created on first use.
    init(in store: Installations, name: String) {
        self.store = store
        self.name = name
        directoryName = "\(name)-\(UTCTime.nowAsName())"
    }

    /// Calls `body` to move the file at `relativePath` of the tree to an unused place, whose parent
    /// directories exist.
    ///
    /// - Throws: What `body` throws; the directories created for it are then deleted again, because an
    ///   empty quarantine would suggest that something was kept.
    func keep(
        _ relativePath: String,
        _ body: (DirectoryHandle.Place) throws(FileError) -> Void
    ) throws(FileError) {
        var made: [String] = []
        do {
            try body(place(for: relativePath, adding: &made))
        } catch {
            FileSystem.removeEmptyDirectories(made)
            throw error
        }
        if made.contains(path) { deleteOldest() }
    }

    /// Calls `body` to move the whole tree.
    func keepTree(
        _ body: (DirectoryHandle.Place) throws(FileError) -> Void
    ) throws(FileError) {
        try keep(name, body)
    }

    /// The directory's path, or `nil` if nothing was moved to it.
    var pathIfUsed: String? {
        (try? store.existingBookkeepingDirectory(parent)?.kind(of: directoryName)) == .directory
            ? path : nil
    }

    private func place(
        for relativePath: String,
        adding made: inout [String]
    ) throws(FileError) -> DirectoryHandle.Place {
        let components = relativePath.split(byte: "/")
        guard let last = components.last else {
            throw FileError("keep", relativePath, .invalidArgument)
        }
        let top = try opened(adding: &made)
        var directory = top
        var number = 0
        var place = components.dropLast()
        while true {
            do {
                directory = top
                for component in place {
                    directory = try directory.makingDirectory(component, adding: &made)
                }
                break
            } catch  where error.errno == .notDirectory && number < 1000 {
                // A file with the name of one of the directories was kept earlier.
                number += 1
                place = ["also.\(number)"] + components.dropLast()
            }
        }
        var name = last
        number = 0
        while try directory.kind(of: name) != nil {
            number += 1
            name = "\(last).\(number)"
        }
        return DirectoryHandle.Place(directory, name)
    }

    /// Opens the directory, and creates it with access for its owner only.
    private func opened(adding made: inout [String]) throws(FileError) -> DirectoryHandle {
        let directory = try store.openedDirectory()
            .makingDirectory(Installations.Name.bookkeeping, adding: &made)
            .makingDirectory(parent, adding: &made)
        if made.contains(directory.path) { try FileSystem.share(directory.path, like: store.root) }
        return try directory.makingDirectory(directoryName, mode: 0o700, adding: &made)
    }

    /// Deletes the oldest quarantines of this version, but never this one: the clock may have been set
    /// back since the others were created.
    private func deleteOldest() {
        guard let parent = store.existingBookkeepingDirectory(parent) else { return }
        // The names contain the time, so they sort by it. A directory that cannot be deleted, because
        // something is mounted in it, does no harm.
        let others = ((try? parent.names()) ?? []).filter { isOfThisVersion($0.text) }
            .sorted { $0.text < $1.text }
        for entry in others.dropLast(Self.mostKept - 1) { try? parent.remove(entry) }
    }

    /// Whether a directory is another quarantine of this version, and not of `go1.27.3-custom`, say.
    private func isOfThisVersion(_ directory: String) -> Bool {
        guard directory != directoryName, directory.hasPrefix("\(name)-"), directory.hasSuffix("Z")
        else {
            return false
        }
        return directory.dropFirst(name.utf8.count + 1).dropLast().utf8.allSatisfy {
            $0.isDigit || $0 == UInt8(ascii: "T") || $0 == UInt8(ascii: ".")
        }
    }
}
