internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// A folder in which a repair keeps what it takes out of a tree: it may be evidence, or somebody's
/// work.
struct Quarantine {
    /// How many are kept for one version; a repair that runs every hour must not fill the disk.
    private static let mostKept = 3

    /// The folder, which is there once something was taken.
    let path: String
    private let parent: String
    private let name: String

    /// A quarantine for the tree called `name`, which is not made before it is needed.
    init(in store: SDKStore, name: String) {
        parent = store.quarantineFolder
        self.name = name
        path = "\(parent)/\(name)-\(Timestamp.nowForName())"
    }

    /// Where the thing at `relativePath` of the tree is to be moved: nothing is there, and the folders
    /// above are made.
    func place(for relativePath: String) throws(FileError) -> String {
        try make()
        let wanted = FilePath(path).appending(FilePath(relativePath).components).string
        var place = wanted
        var number = 1
        while true {
            do {
                try FileSystem.makeDirectories(FilePath(place).removingLastComponent().string)
                if try FileSystem.kind(of: place) == nil { return place }
                place = "\(wanted).\(number)"
            } catch  where error.errno == .notDirectory && number < 1000 {
                // A file was kept by the name of one of the folders.
                place = "\(path)/also.\(number)/\(relativePath)"
            }
            number += 1
        }
    }

    /// Where a whole tree is to be moved.
    func placeForTree() throws(FileError) -> String { try place(for: name) }

    /// Makes the folder, for its owner only, and deletes the oldest ones of this version.
    private func make() throws(FileError) {
        guard try FileSystem.kind(of: path) == nil else { return }
        let kind = try FileSystem.kind(of: parent)
        guard kind == nil || kind == .directory else {
            throw FileError("use", parent, .notDirectory)
        }
        let old = (try FileSystem.names(in: parent) ?? []).filter { $0.hasPrefix("\(name)-") }
        var made: [String] = []
        try FileSystem.makeDirectories(parent, isShared: true, adding: &made)
        try FileSystem.makeDirectories(path)
        try FileSystem.setMode(0o700, of: path)
        // The names start with the time, so they are in its order. One that cannot be deleted is in
        // nobody's way.
        for entry in old.dropLast(Self.mostKept - 1) {
            try? FileSystem.remove("\(parent)/\(entry)")
        }
    }
}
