internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// A directory in which a repair keeps what it takes out of a tree: it may be evidence, or somebody's
/// work.
struct Quarantine {
    /// How many are kept for one version; a repair that runs every hour must not fill the disk.
    private static let mostKept = 3

    /// The directory's path; it is there once something was taken.
    var path: String {
        "\(store.root)/\(Installations.Name.bookkeeping)/\(parent)/\(directoryName)"
    }
    private let parent = Installations.Name.quarantine
    private let directoryName: String
    private let store: Installations
    private let name: String

    /// A quarantine for the tree called `name`, which is not made before it is needed.
    init(in store: Installations, name: String) {
        self.store = store
        self.name = name
        directoryName = "\(name)-\(UTCTime.nowAsName())"
    }

    /// Lets `body` move the thing at `relativePath` of the tree to a place where nothing is, with the
    /// directories above made.
    ///
    /// - Throws: What `body` throws; the directories that were made for it are then deleted again, as an
    ///   empty quarantine would say that something was kept.
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

    /// Lets `body` move the whole tree.
    func keepTree(
        _ body: (DirectoryHandle.Place) throws(FileError) -> Void
    ) throws(FileError) {
        try keep(name, body)
    }

    /// The directory, if something was taken.
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
                // A file was kept by the name of one of the directories.
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

    /// The directory, made for its owner only.
    private func opened(adding made: inout [String]) throws(FileError) -> DirectoryHandle {
        let directory = try store.openedDirectory()
            .makingDirectory(Installations.Name.bookkeeping, adding: &made)
            .makingDirectory(parent, adding: &made)
        if made.contains(directory.path) { try FileSystem.share(directory.path, like: store.root) }
        return try directory.makingDirectory(directoryName, mode: 0o700, adding: &made)
    }

    /// Deletes the oldest directories of this version, and never the one that has just been filled: the clock
    /// may have been set back since the others.
    private func deleteOldest() {
        guard let parent = store.existingBookkeepingDirectory(parent) else { return }
        // The names start with the time, so they are in its order. One that cannot be deleted, as
        // something is mounted in it, is in nobody's way.
        let others = ((try? parent.names()) ?? []).filter { isOfThisVersion($0.text) }
            .sorted { $0.text < $1.text }
        for entry in others.dropLast(Self.mostKept - 1) { try? parent.remove(entry) }
    }

    /// Whether a directory was made for this version, by another repair: `go1.27.3-custom` is a version, too.
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
