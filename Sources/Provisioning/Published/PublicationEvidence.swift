internal import HostInspection
internal import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

/// The search for the hash that the Go project published for one toolchain.
///
/// The built-in table comes first; then proofs in files, which require the hash of the tree; then what `go`
/// has left in its module cache; then the log. All but the table are used only if the log is enabled.
struct PublicationEvidence {
    private let supply: Supply
    private let module: ToolchainModule
    private let root: String
    private let own: OwnRecord
    private let proofPaths: [String]
    private let askLog: () throws(Failure) -> ModuleHash

    /// The published hash, or `nil` if it is not known, or not yet.
    private(set) var published: ModuleHash?
    private var source = Publication.Evidence.builtIn
    private var proofs: [(path: String, claim: LogClaim)] = []
    private var reasons: [String] = []

    /// How the hash of a tree compares with the published one.
    enum Comparison {
        case same(Publication.Evidence)
        case different
        case unknown(reason: String)
    }

    /// Creates a search that has not begun.
    ///
    /// - Parameters:
    ///   - module: The toolchain.
    ///   - installation: The tree that may be it.
    ///   - own: What the tree says about itself.
    ///   - builtIn: The hash in the built-in table, or `nil`.
    ///   - supply: The log and the mirrors.
    ///   - askLog: Looks the hash up in the log.
    init(
        for module: ToolchainModule,
        at installation: GoInstallation,
        _ own: OwnRecord,
        builtIn: ModuleHash?,
        _ supply: Supply,
        askLog: @escaping () throws(Failure) -> ModuleHash
    ) {
        self.supply = supply
        self.module = module
        self.askLog = askLog
        self.own = own
        root = installation.root
        published = builtIn
        proofPaths = Self.proofPaths(of: module, at: installation, supply.session.settings)
        if builtIn == nil {
            reasons.append("the built-in table has no hash of \(module.go.toolchainName)")
        }
    }

    /// Why nothing is known of the published hash.
    var reason: String { reasons.joined(separator: "; ") }

    /// Searches without the tree's own hash.
    ///
    /// - Returns: Whether it makes sense to compute that: the published hash is known, or a proof may fit.
    /// - Throws: ``Failure`` if a signal interrupts the search.
    mutating func begin() throws(Failure) -> Bool {
        guard published == nil else { return true }
        let log = supply.session.settings.log
        if let option = log.disabledBy {
            reasons.append("the log is disabled by \(option)")
            return false
        }
        for path in proofPaths {
            do throws(Failure) {
                if let claim = try LogClaim.proof(at: path, of: log) {
                    proofs.append((path, claim))
                }
            } catch {
                reasons.append("\(path): \(error.isFork ? error.onOneLine : error.message)")
                if error.isFork { return false }
            }
        }
        guard proofs.isEmpty else { return true }
        reasons.append("no valid proof at \(proofPaths.joined(separator: ", "))")
        try lookUp()
        return published != nil
    }

    /// Compares the hash of the tree with the published one.
    ///
    /// A proof does not contain the hash. If it does not fit the files, it may fit what was installed: then
    /// the published hash is known, and the tree has been changed since.
    ///
    /// - Parameter hash: The hash, or `nil` if the tree cannot be a published one.
    /// - Returns: The result.
    /// - Throws: ``Failure`` if a signal interrupts the search.
    mutating func comparison(with hash: ModuleHash?) throws(Failure) -> Comparison {
        if published == nil {
            prove([hash].compactMap(\.self) + own.hashes(of: module))
            if published == nil { try lookUp() }
        }
        guard let published else { return .unknown(reason: reason) }
        return published == hash ? .same(source) : .different
    }

    /// Whether the published hash is in the tree's own record, so that the tree was this toolchain once.
    mutating func confirmsRecord() -> Bool {
        let hashes = own.hashes(of: module)
        if published == nil { prove(hashes) }
        return published.map(hashes.contains) ?? false
    }

    /// Takes the first of the hashes that a proof proves as the published one.
    private mutating func prove(_ hashes: [ModuleHash]) {
        for (path, claim) in proofs {
            for hash in hashes where (try? claim.verified(hash: hash, of: module)) != nil {
                published = hash
                source = .proof(path: path, log: supply.session.settings.log.name)
                return
            }
            reasons.append("\(path) does not prove these files")
        }
    }

    /// Looks the record up in what `go` has left, then in the log.
    private mutating func lookUp() throws(Failure) {
        for cache in GoLogCache.places(of: root, supply.session) {
            do throws(Failure) {
                guard let proven = try cache.proven(module, supply) else {
                    reasons.append("no lookup in \(cache.directory)")
                    continue
                }
                published = proven.record.hash
                source = .goCache(
                    path: cache.directory,
                    log: supply.session.settings.log.name
                )
                return
            } catch {
                if error.isFork {
                    reasons.append(error.onOneLine)
                    return
                }
                reasons.append("\(cache.directory): \(error.message)")
            }
        }
        do throws(Failure) {
            published = try askLog()
            source = .log(name: supply.session.settings.log.name)
        } catch {
            if case .interrupted = error.kind { throw error }
            reasons.append(error.onOneLine)
        }
    }

    /// Returns where a proof of a tree may be: in it, beside it, or beside its archive.
    private static func proofPaths(
        of module: ToolchainModule,
        at installation: GoInstallation,
        _ settings: Settings
    ) -> [String] {
        let root = installation.root
        let name = module.go.archiveFileName(for: module.platform) + LogProof.fileSuffix
        var paths = ["\(root)/\(Installations.Name.proof)", root + LogProof.fileSuffix]
        if installation.foundAt.hasPrefix("/") {
            paths.append(installation.foundAt + LogProof.fileSuffix)
        }
        if let slash = root.lastIndex(of: "/") { paths.append("\(root[..<slash])/\(name)") }
        for case .directory(let directory) in settings.mirrors {
            paths += directory.candidates(for: .go(module.go), named: name)
        }
        return paths.withoutRepetitions(==)
    }
}
