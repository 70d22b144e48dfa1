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
    }

    /// What stands where an SDK would.
    public enum State: Hashable, Sendable {
        /// A complete tree that gotoolprov installed.
        case installed(Receipt)
        /// A complete tree that something else installed, golang.org/dl most likely.
        case foreign
        /// A folder of which nothing says that it is complete.
        case unknown
        /// A tree whose receipt cannot be right.
        case damaged(reason: String)
    }

    /// An SDK's folder and what it is.
    public struct Entry: Hashable, Sendable {
        /// The version that the folder's name says.
        public let version: GoVersion
        /// The tree: GOROOT.
        public let goRoot: String
        /// What it is.
        public let state: State
    }

    /// Where the SDK of a version is or would be.
    public func goRoot(of version: GoVersion) -> String { "\(root)/\(version.toolchainName)" }

    /// Where trees are made before they appear.
    var stagingFolder: String { "\(root)/\(Name.bookkeeping)/staging" }

    /// Where the locks are.
    var lockFolder: String { "\(root)/\(Name.bookkeeping)/lock" }

    /// The file whose lock protects the SDK called `name`.
    func lockPath(_ name: String) -> String { "\(lockFolder)/\(name)" }

    /// What stands where the SDK of `version` would; nil where nothing does.
    ///
    /// One small file is read for a tree that is ours; nothing is walked.
    ///
    /// - Throws: ``FileError`` where that cannot be told.
    public func state(of version: GoVersion) throws(FileError) -> State? {
        let folder = goRoot(of: version)
        if let bytes = try FileSystem.contents(of: "\(folder)/\(Name.receipt)", limit: 1 << 16) {
            do {
                let receipt = try Receipt(parsing: bytes)
                guard receipt.version == version else {
                    return .damaged(reason: "its receipt is for go\(receipt.version)")
                }
                return .installed(receipt)
            } catch {
                return .damaged(reason: "its receipt is not valid: \(error.reason)")
            }
        }
        guard try FileSystem.kind(of: folder) != nil else { return nil }
        return try FileSystem.kind(of: "\(folder)/\(Name.unpacked)") == nil ? .unknown : .foreign
    }

    /// All SDKs, oldest version first; folders with other names are passed over.
    ///
    /// - Throws: ``Failure`` where the store is there but cannot be read.
    public func entries() throws(Failure) -> [Entry] {
        do throws(FileError) {
            var entries: [Entry] = []
            for name in try FileSystem.names(in: root) ?? [] where name.hasPrefix("go") {
                guard let version = GoVersion(name), version.toolchainName == name,
                    let state = try state(of: version)
                else { continue }
                entries.append(Entry(version: version, goRoot: goRoot(of: version), state: state))
            }
            return entries.sorted { $0.version < $1.version }
        } catch {
            throw Failure(reading: error, what: "cannot look at what is installed")
        }
    }

    /// The SDKs that can be used, oldest version first.
    ///
    /// - Throws: ``Failure`` where the store is there but cannot be read.
    public func usableEntries() throws(Failure) -> [Entry] {
        try entries().filter {
            switch $0.state {
            case .installed, .foreign: true
            case .unknown, .damaged: false
            }
        }
    }
}
