internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

/// The folder in which SDKs lie side by side.
package struct SDKStore: Sendable {
    /// The folder's absolute path.
    package let root: String

    /// The store in the folder `root`.
    package init(root: String) { self.root = root }

    /// The names inside an SDK that are ours.
    enum Name {
        /// golang.org/dl's own mark of a complete tree, empty.
        static let unpacked = ".unpacked-success"
        /// The folder for what gotoolprov knows of the tree, and of all trees.
        static let bookkeeping = ".gotoolprov"
        static let receipt = "\(bookkeeping)/\(receiptFile)"
        static let index = "\(bookkeeping)/\(indexFile)"
        /// In the bookkeeping folder of a tree.
        static let receiptFile = "receipt.json"
        static let indexFile = "index.mtree"
        /// There while a tree is deleted that could not be moved away first.
        static let removalFile = "removal"
        /// In the bookkeeping folder of all trees.
        static let lock = "lock"
        static let staging = "staging"
        static let quarantine = "quarantine"
        static let current = "current"
    }

    /// What stands where an SDK would.
    package enum State: Hashable, Sendable {
        /// A complete tree that gotoolprov installed.
        case installed(Receipt)
        /// A tree that gotoolprov installed, and that cannot be used: its program or VERSION is gone.
        case incomplete(Receipt, reason: String)
        /// A complete tree that something else installed, golang.org/dl most likely.
        case foreign
        /// Something of which nothing says that it is complete, or that cannot be looked at.
        case unknown(reason: String)
        /// A tree whose receipt cannot be right.
        case damaged(reason: String)
        /// What is left of a tree of ours whose removal was interrupted.
        case halfRemoved

        /// The receipt of a tree of ours, whole or not.
        package var receipt: Receipt? {
            switch self {
            case .installed(let receipt), .incomplete(let receipt, _): receipt
            case .foreign, .unknown, .damaged, .halfRemoved: nil
            }
        }
    }

    /// A folder of something that is installed, and what it is.
    package struct Entry: Hashable, Sendable {
        /// What the folder's name says.
        package let installation: Installation
        /// The tree: GOROOT.
        package let goRoot: String
        /// What it is.
        package let state: State

        /// The name of the folder.
        package var name: String { installation.name }
    }

    /// Where the SDK of a version is or would be.
    package func goRoot(of version: GoVersion) -> String { path(of: .go(version)) }

    /// Where something is installed or would be.
    package func path(of installation: Installation) -> String { "\(root)/\(installation.name)" }

    /// Where trees are made before they appear, for messages.
    var stagingFolder: String { "\(root)/\(Name.bookkeeping)/\(Name.staging)" }

    /// The directories of bookkeeping, whether or not they are there.
    var bookkeepingPaths: [String] {
        let folder = "\(root)/\(Name.bookkeeping)"
        return [folder] + [Name.lock, Name.staging, Name.quarantine].map { "\(folder)/\($0)" }
    }

    /// The link to the tree that `use` chose.
    var defaultLink: String { "\(root)/\(Name.bookkeeping)/\(Name.current)" }

    /// The version that `use` chose, whether or not it is still installed; nil where there is none, or where
    /// that cannot be read.
    package var defaultVersion: GoVersion? { (try? chosenVersion()) ?? nil }

    /// Whether the link is what `use` writes for a version: it leads to that tree of this store and to
    /// nothing else of its name.
    func hasChosen(_ version: GoVersion) -> Bool {
        let bookkeeping = try? folder()?.directory(Name.bookkeeping)
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
            bookkeeping = try folder()?.lookup(Name.bookkeeping)
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

    // MARK: Folders

    /// The open folder; nil where there is none.
    ///
    /// A link in its own place is followed, as it is the user who named it. Below it none is.
    func folder() throws(FileError) -> DirectoryHandle? {
        do {
            return try DirectoryHandle.opening(root, followingLinks: true)
        } catch  where error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory {
            return nil
        }
    }

    /// The open folder, which has to exist.
    func openedFolder() throws(FileError) -> DirectoryHandle {
        try DirectoryHandle.opening(root, followingLinks: true)
    }

    /// The open folder called `name` in the one for bookkeeping; both are made where they are missing.
    func bookkeepingFolder(_ name: String) throws(FileError) -> DirectoryHandle {
        try openedFolder().makingDirectory(Name.bookkeeping).makingDirectory(name)
    }

    /// The open folder called `name` in the one for bookkeeping; nil where it is missing, or a link.
    func existingBookkeepingFolder(_ name: String) -> DirectoryHandle? {
        try? folder()?.directory(Name.bookkeeping).directory(name)
    }

    /// Makes a folder for something that appears as `name` once it is complete.
    func staged(_ name: String) throws(FileError) -> StagedDirectory {
        var attempts = 0
        while true {
            do {
                return try StagedDirectory.make(
                    named: name,
                    in: bookkeepingFolder(Name.staging)
                )
            } catch  where error.errno == .noSuchFileOrDirectory && attempts < 100 {
                // Another process has just deleted the empty staging folder that it had made.
                attempts += 1
            }
        }
    }

    /// Where `installation` is or is to be, for changes.
    func place(of installation: Installation) throws(FileError) -> DirectoryHandle.Place {
        try DirectoryHandle.Place(openedFolder(), installation.name)
    }

    /// Makes the folders for locks and staging, which have to be folders and not links to some.
    ///
    /// - Parameter made: Gets those that were not there, also where it throws.
    /// - Throws: ``FileError`` for the first that cannot be made, or is something else.
    func makeBookkeepingFolders(adding made: inout [String]) throws(FileError) {
        try FileSystem.makeDirectories(root, isShared: true, adding: &made)
        let folder = try openedFolder().makingDirectory(Name.bookkeeping, adding: &made)
        try FileSystem.share(folder.path, like: root)
        for name in [Name.lock, Name.staging] {
            let path = try folder.makingDirectory(name, adding: &made).path
            // Whoever can look into the directory for locks can hold one: for ever, if they like.
            try FileSystem.share(path, like: root, isPrivate: name == Name.lock)
        }
    }

    /// Where the locks are.
    private var lockFolder: String { "\(root)/\(Name.bookkeeping)/\(Name.lock)" }

    /// The file whose lock protects the SDK called `name`.
    func lockPath(_ name: String) -> String { "\(lockFolder)/\(name)" }

    /// A Go that can be used, whoever installed it.
    package struct SDK: Hashable, Sendable {
        package let version: GoVersion
        /// Its tree: GOROOT.
        package let goRoot: String
        /// Whether gotoolprov installed it, so that its contents are known.
        package let isVerified: Bool
    }

    /// A tool that gotoolprov installed.
    package struct InstalledTool: Hashable, Sendable {
        /// Which one it is.
        package let build: ToolBuild
        package let folder: String

        package var program: String { "\(folder)/bin/\(build.tool)" }
    }

    /// All that is installed: Go versions, oldest first, and then tools; folders with other names
    /// are passed over.
    ///
    /// - Throws: ``Failure`` where the store is there but cannot be read.
    package func entries() throws(Failure) -> [Entry] {
        let folder: DirectoryHandle
        let names: [FileName]
        do {
            guard let opened = try self.folder() else { return [] }
            folder = opened
            names = try folder.names()
        } catch {
            throw Failure(reading: error, what: "cannot look at what is installed")
        }
        var entries: [Entry] = []
        for name in names {
            guard let installation = Installation(name: name.text) else { continue }
            let state: State
            do {
                guard let found = try self.state(of: installation, in: folder) else { continue }
                state = found
            } catch {
                state = .unknown(reason: "\(error.path): \(error.errno)")
            }
            entries.append(
                Entry(installation: installation, goRoot: path(of: installation), state: state)
            )
        }
        return entries.sorted { $0.installation < $1.installation }
    }

    /// The Go versions that can be used on `platform`, oldest first.
    ///
    /// - Throws: ``Failure`` where the store is there but cannot be read.
    package func usableSDKs(on platform: GoPlatform) throws(Failure) -> [SDK] {
        try entries().compactMap { entry in
            guard case .go(let version) = entry.installation else { return nil }
            switch entry.state {
            case .installed(let receipt):
                guard receipt.platform == platform else { return nil }
                return SDK(version: version, goRoot: entry.goRoot, isVerified: true)
            case .foreign: return SDK(version: version, goRoot: entry.goRoot, isVerified: false)
            case .incomplete, .unknown, .damaged, .halfRemoved: return nil
            }
        }
    }

    /// The tools that can be used on `platform`, of each the oldest version first.
    ///
    /// - Throws: ``Failure`` where the store is there but cannot be read.
    package func usableTools(on platform: GoPlatform) throws(Failure) -> [InstalledTool] {
        try entries().compactMap { entry in
            guard case .tool(let build) = entry.installation,
                case .installed(let receipt) = entry.state, receipt.platform == platform
            else { return nil }
            return InstalledTool(build: build, folder: entry.goRoot)
        }
    }
}

extension SDKStore.Entry {
    /// The version of a Go; nil for a tool.
    package var goVersion: GoVersion? {
        if case .go(let version) = installation { version } else { nil }
    }

    /// Which tool it is; nil for a Go.
    package var toolBuild: ToolBuild? {
        if case .tool(let build) = installation { build } else { nil }
    }
}
