internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

/// The directory in which trees lie side by side: their names, and what stands there.
///
/// It changes nothing; ``Store`` does.
package struct Installations: Sendable {
    /// The directory's absolute path.
    package let root: String

    package init(root: String) { self.root = root }

    /// The names inside an SDK that are ours.
    enum Name {
        /// golang.org/dl's own mark of a complete tree, empty.
        static let unpacked = ".unpacked-success"
        /// The directory for what gotoolprov knows of the tree, and of all trees.
        static let bookkeeping = ".gotoolprov"
        static let receipt = "\(bookkeeping)/\(receiptFile)"
        static let index = "\(bookkeeping)/\(indexFile)"
        /// In the bookkeeping directory of a tree.
        static let receiptFile = "receipt.json"
        static let indexFile = "index.mtree"
        /// There while a tree is deleted that could not be moved away first.
        static let removalFile = "removal"
        /// In the bookkeeping directory of all trees.
        static let lock = "lock"
        static let staging = "staging"
        static let quarantine = "quarantine"
        static let current = "current"
    }

    /// Where the SDK of a version is or would be.
    package func goRoot(of version: GoVersion) -> String { path(of: .go(version)) }

    /// Where something is installed or would be.
    package func path(of installation: Installation) -> String { "\(root)/\(installation.name)" }

    /// Where trees are made before they appear, for messages.
    var stagingDirectory: String { "\(root)/\(Name.bookkeeping)/\(Name.staging)" }

    /// The directories of bookkeeping, whether or not they are there.
    var bookkeepingPaths: [String] {
        let directory = "\(root)/\(Name.bookkeeping)"
        return [directory]
            + [Name.lock, Name.staging, Name.quarantine].map { "\(directory)/\($0)" }
    }

    /// The link to the tree that `use` chose.
    var defaultLink: String { "\(root)/\(Name.bookkeeping)/\(Name.current)" }

    /// The version that `use` chose, whether or not it is still installed; nil where there is none, or where
    /// that cannot be read.
    package var defaultVersion: GoVersion? { (try? chosenVersion()) ?? nil }

    /// Whether the link is what `use` writes for a version: it leads to that tree of this store and to
    /// nothing else of its name.
    func hasChosen(_ version: GoVersion) -> Bool {
        let bookkeeping = try? directory()?.directory(Name.bookkeeping)
        return bookkeeping?.linkTarget(of: Name.current) == Self.defaultTarget(version)
    }

    /// What the link of a chosen version says.
    static func defaultTarget(_ version: GoVersion) -> String { "../\(version.toolchainName)" }

    /// The version that `use` chose, whether or not it is still installed; nil where there is none.
    ///
    /// - Throws: ``FileError`` where that cannot be read: what is about to be changed must not be taken
    ///   for nothing.
    func chosenVersion() throws(FileError) -> GoVersion? {
        let bookkeeping: DirectoryHandle?
        do {
            bookkeeping = try directory()?.lookup(Name.bookkeeping)
        } catch
            where [.noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels]
            .contains(error.errno)
        {
            return nil
        }
        guard let name = bookkeeping?.linkTarget(of: Name.current)?.split(byte: "/").last,
            let version = GoVersion(name), version.toolchainName == name
        else { return nil }
        return version
    }

    // MARK: Directories

    /// The open directory; nil where there is none.
    ///
    /// A link in its own place is followed, as it is the user who named it. Below it none is.
    func directory() throws(FileError) -> DirectoryHandle? {
        do {
            return try DirectoryHandle.opening(root, followingLinks: true)
        } catch  where error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory {
            return nil
        }
    }

    /// The open directory, which has to exist.
    func openedDirectory() throws(FileError) -> DirectoryHandle {
        try DirectoryHandle.opening(root, followingLinks: true)
    }

    /// The open directory called `name` in the one for bookkeeping; both are made where they are missing.
    func bookkeepingDirectory(_ name: String) throws(FileError) -> DirectoryHandle {
        try openedDirectory().makingDirectory(Name.bookkeeping).makingDirectory(name)
    }

    /// The open directory called `name` in the one for bookkeeping; nil where it is missing, or a link.
    func existingBookkeepingDirectory(_ name: String) -> DirectoryHandle? {
        try? directory()?.directory(Name.bookkeeping).directory(name)
    }

    /// Makes a directory for something that appears as `name` once it is complete.
    func staged(_ name: String) throws(FileError) -> StagedDirectory {
        var attempts = 0
        while true {
            do {
                return try StagedDirectory.make(
                    named: name,
                    in: bookkeepingDirectory(Name.staging)
                )
            } catch  where error.errno == .noSuchFileOrDirectory && attempts < 100 {
                // Another process has just deleted the empty staging directory that it had made.
                attempts += 1
            }
        }
    }

    /// Where `installation` is or is to be, for changes.
    func place(of installation: Installation) throws(FileError) -> DirectoryHandle.Place {
        try DirectoryHandle.Place(openedDirectory(), installation.name)
    }

    /// Makes the directories for locks and staging, which have to be directories and not links to some.
    ///
    /// - Parameter made: Gets those that were not there, also where it throws.
    /// - Throws: ``FileError`` for the first that cannot be made, or is something else.
    func makeBookkeepingDirectories(adding made: inout [String]) throws(FileError) {
        try FileSystem.makeDirectories(root, isShared: true, adding: &made)
        let directory = try openedDirectory().makingDirectory(Name.bookkeeping, adding: &made)
        try FileSystem.share(directory.path, like: root)
        for name in [Name.lock, Name.staging] {
            let path = try directory.makingDirectory(name, adding: &made).path
            // Whoever can look into the directory for locks can hold one: for ever, if they like.
            try FileSystem.share(path, like: root, isPrivate: name == Name.lock)
        }
    }

    /// Where the locks are.
    private var lockDirectory: String { "\(root)/\(Name.bookkeeping)/\(Name.lock)" }

    /// The file whose lock protects the SDK called `name`.
    func lockPath(_ name: String) -> String { "\(lockDirectory)/\(name)" }

    /// All that is installed: Go versions, oldest first, and then tools; directories with other names
    /// are passed over.
    ///
    /// - Throws: ``Failure`` where the store is there but cannot be read.
    package func all() throws(Failure) -> [Installed<Installation>] {
        let directory: DirectoryHandle
        let names: [FileName]
        do {
            guard let opened = try self.directory() else { return [] }
            directory = opened
            names = try directory.names()
        } catch {
            throw Failure(reading: error, what: "cannot read the SDK directory")
        }
        var all: [Installed<Installation>] = []
        for name in names {
            guard let installation = Installation(name: name.text) else { continue }
            let state: InstallationState
            do {
                guard let found = try self.state(of: installation, in: directory) else { continue }
                state = found
            } catch {
                state = .unknown(reason: "\(error.path): \(error.errno)")
            }
            all.append(
                Installed(installation, path: path(of: installation), state: state)
            )
        }
        return all.sorted { $0.installation < $1.installation }
    }

    /// The Go versions that can be used on `platform`, whoever installed them, oldest first.
    ///
    /// - Throws: ``Failure`` where the store is there but cannot be read.
    package func usableToolchains(
        on platform: GoPlatform
    ) throws(Failure) -> [Installed<GoVersion>] {
        try all().compactMap { found in
            guard case .go(let version) = found.installation else { return nil }
            switch found.state {
            case .installed(let receipt) where receipt.platform == platform: break
            case .foreign: break
            case .installed, .incomplete, .unknown, .damaged, .halfRemoved: return nil
            }
            return Installed(version, path: found.path, state: found.state)
        }
    }

    /// The tools that can be used on `platform`, of each the oldest version first.
    ///
    /// - Throws: ``Failure`` where the store is there but cannot be read.
    package func usableTools(on platform: GoPlatform) throws(Failure) -> [Installed<ToolBuild>] {
        try all().compactMap { found in
            guard case .tool(let build) = found.installation,
                case .installed(let receipt) = found.state, receipt.platform == platform
            else { return nil }
            return Installed(build, path: found.path, state: found.state)
        }
    }
}
