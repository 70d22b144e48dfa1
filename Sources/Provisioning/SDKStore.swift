internal import SystemPackage
public import ToolchainCore
public import ToolchainHost

/// The folder in which SDKs lie side by side.
public struct SDKStore: Sendable {
    /// The folder's absolute path.
    public let root: String

    /// The store in the folder `root`.
    public init(root: String) { self.root = root }

    /// The names inside an SDK that are ours.
    enum Name {
        /// golang.org/dl's own mark of a complete tree, empty.
        static let unpacked = ".unpacked-success"
        /// The folder for what gotoolprov knows of the tree, and of all trees.
        static let bookkeeping = ".gotoolprov"
        static let receipt = ".gotoolprov/receipt.json"
        static let index = ".gotoolprov/index.mtree"
        /// There while a tree is deleted that could not be moved away first.
        static let removal = ".gotoolprov/removal"
    }

    /// What stands where an SDK would.
    public enum State: Hashable, Sendable {
        /// A complete tree that gotoolprov installed.
        case installed(Receipt)
        /// A complete tree that something else installed, golang.org/dl most likely.
        case foreign
        /// Something of which nothing says that it is complete, or that cannot be looked at.
        case unknown(reason: String)
        /// A tree whose receipt cannot be right.
        case damaged(reason: String)
        /// What is left of a tree of ours whose removal was interrupted.
        case halfRemoved
    }

    /// A folder of something that is installed, and what it is.
    public struct Entry: Hashable, Sendable {
        /// What the folder's name says.
        public let installation: Installation
        /// The tree: GOROOT.
        public let goRoot: String
        /// What it is.
        public let state: State

        /// The name of the folder.
        public var name: String { installation.name }
    }

    /// Where the SDK of a version is or would be.
    public func goRoot(of version: GoVersion) -> String { path(of: .go(version)) }

    /// Where something is installed or would be.
    public func path(of installation: Installation) -> String { "\(root)/\(installation.name)" }

    /// Where trees are made before they appear.
    var stagingFolder: String { "\(root)/\(Name.bookkeeping)/staging" }

    /// The link to the tree that `use` chose.
    var defaultLink: String { "\(root)/\(Name.bookkeeping)/current" }

    /// Where what repairs replace is kept.
    var quarantineFolder: String { "\(root)/\(Name.bookkeeping)/quarantine" }

    /// The version that `use` chose, whether or not it is still there; nil where there is none.
    public var defaultVersion: GoVersion? {
        guard let name = FileSystem.linkTarget(of: defaultLink)?.split(byte: "/").last,
            let version = GoVersion(name), version.toolchainName == name
        else { return nil }
        return version
    }

    /// Where the locks are.
    var lockFolder: String { "\(root)/\(Name.bookkeeping)/lock" }

    /// Makes the folders for locks and staging, which have to be folders and not links to some.
    ///
    /// - Parameter made: Gets those that were not there, also where it throws.
    /// - Throws: ``FileError`` for the first that cannot be made, or is something else.
    func makeBookkeepingFolders(adding made: inout [String]) throws(FileError) {
        for folder in ["\(root)/\(Name.bookkeeping)", lockFolder, stagingFolder] {
            if let kind = try FileSystem.kind(of: folder) {
                guard kind == .directory else {
                    throw FileError("use", folder, .notDirectory)
                }
            } else {
                try FileSystem.makeDirectories(folder, isShared: true, adding: &made)
            }
            // Whoever can look into the folder for locks can hold one: for ever, if they like.
            try FileSystem.share(folder, like: root, isPrivate: folder == lockFolder)
        }
    }

    /// Whether the folders for locks and staging are there, and are folders.
    func hasBookkeepingFolders() throws(FileError) -> Bool {
        for folder in ["\(root)/\(Name.bookkeeping)", lockFolder, stagingFolder] {
            guard try FileSystem.kind(of: folder) == .directory else { return false }
        }
        return true
    }

    /// The file whose lock protects the SDK called `name`.
    func lockPath(_ name: String) -> String { "\(lockFolder)/\(name)" }

    /// What stands where `installation` would; nil where nothing does.
    ///
    /// One small file is read for a tree that is ours; nothing is walked.
    ///
    /// - Throws: ``FileError`` where that cannot be told.
    public func state(of installation: Installation) throws(FileError) -> State? {
        let folder = path(of: installation)
        if let state = try receiptState(folder, installation) { return state }
        guard try FileSystem.kind(of: folder) != nil else { return nil }
        // Once more: it may have appeared, whole, between the two looks.
        if let state = try receiptState(folder, installation) { return state }
        if try FileSystem.kind(of: "\(folder)/\(Name.removal)") != nil { return .halfRemoved }
        if try isEmptied(folder) { return .halfRemoved }
        let isMarked = try FileSystem.kind(of: "\(folder)/\(Name.unpacked)") != nil
        return isMarked ? .foreign : .unknown(reason: "nothing says that it is complete")
    }

    /// What the receipt says of a tree; nil where there is none.
    private func receiptState(
        _ folder: String,
        _ installation: Installation
    ) throws(FileError) -> State? {
        guard
            let bytes = try FileSystem.contents(of: "\(folder)/\(Name.receipt)", limit: 1 << 16)
        else { return nil }
        do {
            let receipt = try Receipt(parsing: bytes)
            guard receipt.installation == installation else {
                return .damaged(reason: "its receipt is for \(receipt.installation.name)")
            }
            return .installed(receipt)
        } catch {
            return .damaged(reason: "its receipt is not valid: \(error.reason)")
        }
    }

    /// Whether a folder is what the last moments of a removal leave: there is nothing to lose in it.
    private func isEmptied(_ folder: String) throws(FileError) -> Bool {
        guard try FileSystem.kind(of: folder) == .directory,
            let names = try FileSystem.names(in: folder)
        else { return false }
        if names.isEmpty { return true }
        let bookkeeping = "\(folder)/\(Name.bookkeeping)"
        guard names == [Name.bookkeeping], try FileSystem.kind(of: bookkeeping) == .directory
        else { return false }
        return try FileSystem.names(in: bookkeeping)?.isEmpty == true
    }

    /// A Go that can be used, whoever installed it.
    public struct SDK: Hashable, Sendable {
        /// Its version.
        public let version: GoVersion
        /// Its tree: GOROOT.
        public let goRoot: String
        /// Whether gotoolprov installed it, so that its contents are known.
        public let isVerified: Bool
    }

    /// A tool that gotoolprov installed.
    public struct InstalledTool: Hashable, Sendable {
        /// Which one it is.
        public let build: ToolBuild
        /// Its folder.
        public let folder: String

        /// Its program.
        public var program: String { "\(folder)/bin/\(build.tool)" }
    }

    /// All that is installed: Go versions, oldest first, and then tools; folders with other names
    /// are passed over.
    ///
    /// - Throws: ``Failure`` where the store is there but cannot be read.
    public func entries() throws(Failure) -> [Entry] {
        let names: [String]
        do {
            names = try FileSystem.names(in: root) ?? []
        } catch {
            throw Failure(reading: error, what: "cannot look at what is installed")
        }
        var entries: [Entry] = []
        for name in names {
            guard let installation = Installation(name: name) else { continue }
            let state: State
            do {
                guard let found = try self.state(of: installation) else { continue }
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
    public func usableSDKs(on platform: GoPlatform) throws(Failure) -> [SDK] {
        try entries().compactMap { entry in
            guard case .go(let version) = entry.installation else { return nil }
            switch entry.state {
            case .installed(let receipt):
                guard receipt.platform == platform else { return nil }
                return SDK(version: version, goRoot: entry.goRoot, isVerified: true)
            case .foreign: return SDK(version: version, goRoot: entry.goRoot, isVerified: false)
            case .unknown, .damaged, .halfRemoved: return nil
            }
        }
    }

    /// The tools that can be used on `platform`, of each the oldest version first.
    ///
    /// - Throws: ``Failure`` where the store is there but cannot be read.
    public func usableTools(on platform: GoPlatform) throws(Failure) -> [InstalledTool] {
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
    public var goVersion: GoVersion? {
        if case .go(let version) = installation { version } else { nil }
    }

    /// Which tool it is; nil for a Go.
    public var toolBuild: ToolBuild? {
        if case .tool(let build) = installation { build } else { nil }
    }
}
