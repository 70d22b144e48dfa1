internal import HostInspection
internal import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

/// What the `go` command has left of a log in a module cache: answers to lookups, and tiles, below
/// `cache/download/sumdb` as a module proxy serves them.
///
/// It is not trusted, and nothing is changed. An answer alone proves nothing: its note signs the tree, and only
/// the tiles prove that the record is in it.
struct GoLogCache {
    /// The directory of the log.
    let directory: String
    /// The file with the newest head that `go` has seen, or `nil` if unknown.
    private let latest: String?

    /// Returns the places that may have a record of a toolchain.
    ///
    /// - Parameters:
    ///   - root: A tree: if it is in a module cache, that is one of the places.
    ///   - session: The environment of the user, and the log.
    /// - Returns: The places, each once.
    static func places(of root: String, _ session: Session) -> [GoLogCache] {
        let name = session.settings.log.name
        let settings = GoSettings.gathered(
            environment: session.environment,
            goRoot: nil,
            in: RootedFiles()
        )
        func cache(_ moduleCache: String, latest: String? = nil) -> GoLogCache {
            GoLogCache(directory: "\(moduleCache)/cache/download/sumdb/\(name)", latest: latest)
        }
        var places: [GoLogCache] = []
        if let own = settings.moduleCache(home: session.environment.home) {
            let state = settings.goPath(home: session.environment.home)
            places.append(cache(own, latest: state.map { "\($0)/pkg/sumdb/\(name)/latest" }))
        }
        if let end = root.range(ofFirst: "/\(ToolchainModule.path)@") {
            places.append(cache(String(root[..<end.lowerBound])))
        }
        return places.withoutRepetitions { $0.directory == $1.directory }
    }

    /// Proves the record of a toolchain by what is in the cache.
    ///
    /// The answer may be older than the newest tree that `go` has seen, whose tiles it keeps. So that tree is
    /// tried, too.
    ///
    /// - Parameters:
    ///   - module: The toolchain.
    ///   - supply: The log and its key; no requests are sent.
    /// - Returns: The record; `nil` if the cache has no answer.
    /// - Throws: ``Failure`` if the answer is not proven, with `isFork` if its tree contradicts the kept head.
    func proven(
        _ module: ToolchainModule,
        _ supply: Supply
    ) throws(Failure) -> ProvenToolchain? {
        let log = supply.session.settings.log
        let place = LogPlace.directory(directory)
        do {
            let path = try ToolchainRecord.lookupPath(of: module)
            // As for `go`, an empty file is one that could not be written.
            guard let bytes = try place.lookup(path, supply), !bytes.isEmpty else { return nil }
            let answer = try LogAnswer(parsing: bytes, of: module, signedBy: log.key)
            do {
                return try proven(answer, of: module, in: answer.signedHead, at: place, supply)
            } catch let fork as LogFork {
                throw fork
            } catch {
                guard let newest = head(signedBy: log.key) else { throw error }
                return try proven(answer, of: module, in: newest, at: place, supply)
            }
        } catch let fork as LogFork {
            throw fork.failure(log, from: directory, keptBy: supply.session)
        } catch {
            throw Failure(error, of: log, at: place, module)
        }
    }

    private func proven(
        _ answer: LogAnswer,
        of module: ToolchainModule,
        in head: SignedTreeHead,
        at place: LogPlace,
        _ supply: Supply
    ) throws -> ProvenToolchain {
        var tree = try TiledTree(head) { try place.tiles([$0], supply)[$0] }
        let proven = try ProvenToolchain(answer.lookup, of: module, in: &tree)
        try refuseFork(of: &tree, at: place, supply)
        return proven
    }

    /// Compares a tree with the newest one that this user has seen, as far as the tiles in the cache allow.
    ///
    /// - Throws: ``LogFork`` if neither is the beginning of the other; ``Failure`` if the kept head cannot
    ///   be read.
    private func refuseFork(
        of tree: inout TiledTree,
        at place: LogPlace,
        _ supply: Supply
    ) throws {
        let head = tree.signedHead
        guard let kept = try KeptHead(supply.session.settings.log)?.read(), kept.head != head.head
        else { return }
        let fork = LogFork(kept: kept, served: head)
        guard kept.head.size != head.head.size else { throw fork }
        do {
            if kept.head.size < head.head.size {
                try tree.verifyExtends(kept.head)
            } else {
                var larger = try TiledTree(kept) { try place.tiles([$0], supply)[$0] }
                try larger.verifyExtends(head.head)
            }
        } catch ConsistencyProof.Rejection.fork {
            throw fork
        } catch TiledTree.Rejection.missingTile {
            // As for the older copy of a mirror.
        }
    }

    private func head(signedBy key: VerifierKey) -> SignedTreeHead? {
        guard let latest,
            let bytes = try? FileSystem.contents(of: latest, limit: SignedNote.mostBytes + 1)
        else { return nil }
        return try? SignedTreeHead(parsing: bytes, signedBy: [key])
    }
}
