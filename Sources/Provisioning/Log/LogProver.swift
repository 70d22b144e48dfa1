internal import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

/// Proves toolchains by a log whose copies are in several places.
///
/// A place that does not have the record, cannot be reached or serves something that is not proven is
/// followed by the next one. A fork ends the search: it is signed by the log itself.
struct LogProver {
    private let supply: Supply
    private let log: LogSettings
    private let places: [LogPlace]
    private let kept: KeptHead?
    private let module: ToolchainModule

    private var session: Session { supply.session }

    /// Called with the tree of each proof, which reads tiles from the place that has served the record.
    private let inspect: ((inout TiledTree) throws -> Void)?

    /// Creates a prover for one toolchain.
    init(
        _ supply: Supply,
        _ module: ToolchainModule,
        in places: [LogPlace],
        inspect: ((inout TiledTree) throws -> Void)? = nil
    ) {
        self.inspect = inspect
        self.supply = supply
        log = supply.session.settings.log
        self.places = places
        kept = KeptHead(log)
        self.module = module
    }

    /// A copy of the log that is older than the kept head, and too incomplete to compare both.
    private struct OlderCopy {
        let place: LogPlace
        let answer: LogAnswer
        let known: SignedTreeHead
    }

    /// Proves the toolchain in the first place that can prove it.
    ///
    /// - Parameter skipped: Facts about the places that are not tried.
    /// - Returns: The proven record.
    /// - Throws: The most informative ``Failure`` if no place can.
    func prove(skipped: [Failure.Fact]) throws(Failure) -> ProvenToolchain {
        let path: String
        do {
            path = try ToolchainRecord.lookupPath(of: module)
        } catch {
            throw Failure(
                .unavailable,
                "the log cannot prove \(module.go.toolchainName)",
                facts: [.init("log", log.name), .init("because", error)]
            )
        }
        var failures: [(place: LogPlace, failure: Failure)] = []
        var absences: [Failure.Fact] = []
        var older: OlderCopy?
        var tried: LogPlace?
        for place in places {
            if let last = failures.last, last.place == tried { report(last) }
            tried = place
            do throws(LogPlaceError) {
                guard let bytes = try answer(of: place, path) else {
                    absences.append(.init("not in", place.name))
                    continue
                }
                return try prove(bytes, at: place, older: &older)
            } catch {
                if error.isFinal { throw error.failure }
                failures.append((place, error.failure))
            }
        }
        if let older { return try proveInOlderTree(older) }
        throw summary(failures, absences + skipped)
    }

    /// Reports a place that cannot be used, before the next one is tried.
    private func report(_ skipped: (place: LogPlace, failure: Failure)) {
        session.report(
            [UnusableMirror(name: skipped.place.name, reason: skipped.failure.message)],
            for: module.go.toolchainName
        )
    }

    private func answer(of place: LogPlace, _ path: String) throws(LogPlaceError) -> [UInt8]? {
        do throws(Failure) {
            return try place.lookup(path, supply)
        } catch {
            throw LogPlaceError(error)
        }
    }

    // MARK: One place

    private func prove(
        _ bytes: [UInt8],
        at place: LogPlace,
        older: inout OlderCopy?
    ) throws(LogPlaceError) -> ProvenToolchain {
        let answer: LogAnswer
        do {
            answer = try LogAnswer(parsing: bytes, of: module, signedBy: log.key)
        } catch {
            throw LogPlaceError(failure(error, place))
        }
        var known: SignedTreeHead?
        do throws(Failure) {
            known = try kept?.read()
        } catch {
            throw LogPlaceError(error, isFinal: true)
        }
        while true {
            let proven: ProvenToolchain
            do {
                proven = try self.proven(answer, after: known, at: place)
            } catch let fork as LogFork {
                throw LogPlaceError(failure(fork, place), isFinal: true)
            } catch {
                if case TiledTree.Rejection.missingTile = error, let known,
                    known.head.size > answer.signedHead.head.size, older == nil
                {
                    older = OlderCopy(place: place, answer: answer, known: known)
                }
                throw LogPlaceError(failure(error, place))
            }
            do throws(Failure) {
                guard let other = try keep(proven.signedHead, after: known) else { return proven }
                // Another process was faster: its head has to be consistent with this one, too.
                known = other
            } catch {
                throw LogPlaceError(error, isFinal: true)
            }
        }
    }

    /// Proves the record in the larger of two trees: that of the answer and the known one, of which the
    /// other has to be the beginning.
    ///
    /// - Throws: ``LogFork`` where it is not; else as ``TiledTree`` and ``ProvenToolchain``.
    private func proven(
        _ answer: LogAnswer,
        after known: SignedTreeHead?,
        at place: LogPlace
    ) throws -> ProvenToolchain {
        let served = answer.signedHead
        guard let known, known.head != served.head else {
            var tree = try tree(known ?? served, for: answer, extending: nil, at: place)
            let proven = try ProvenToolchain(answer.lookup, of: module, in: &tree)
            try inspect?(&tree)
            return proven
        }
        guard known.head.size != served.head.size else {
            throw LogFork(kept: known, served: served)
        }
        let (smaller, larger) =
            known.head.size < served.head.size
            ? (known, served) : (served, known)
        var tree = try tree(larger, for: answer, extending: smaller, at: place)
        do {
            try tree.verifyExtends(smaller.head)
        } catch ConsistencyProof.Rejection.fork {
            throw LogFork(kept: known, served: served)
        }
        let proven = try ProvenToolchain(answer.lookup, of: module, in: &tree)
        try inspect?(&tree)
        return proven
    }

    /// The tree of a head, whose tiles are read from a place: first those that the proofs require, all
    /// over one connection.
    private func tree(
        _ signedHead: SignedTreeHead,
        for answer: LogAnswer,
        extending smaller: SignedTreeHead?,
        at place: LogPlace
    ) throws -> TiledTree {
        let size = signedHead.head.size
        let index = answer.lookup.index
        guard index < size else {
            throw InclusionProof.Rejection.outsideTree(index: index, size: size)
        }
        let layout = TileLayout(size: size)
        var tiles = layout.tiles(provingRecord: index)
        if let smaller, smaller.head.size > 0 {
            tiles += layout.tiles(provingPrefix: smaller.head.size).filter { !tiles.contains($0) }
        }
        let found = try place.tiles(tiles, supply)
        let asked = Set(tiles)
        return try TiledTree(signedHead) { [supply] tile in
            if asked.contains(tile) { return found[tile] }
            return try place.tiles([tile], supply)[tile]
        }
    }

    /// Keeps the head of a proof, unless it is the known one.
    ///
    /// - Returns: Nil, or the head that another process has kept meanwhile.
    private func keep(
        _ head: SignedTreeHead,
        after known: SignedTreeHead?
    ) throws(Failure) -> SignedTreeHead? {
        guard head.head != known?.head else { return nil }
        guard let kept else {
            remark(
                "\(session.environment.homeProblem), so the tree head of \(log.name) is not kept"
            )
            return nil
        }
        switch try kept.keep(head, after: known, session) {
        case .kept: return nil
        case .overtaken(let other): return other
        case .forbidden(let error):
            remark(
                "the tree head of \(log.name) is not kept: cannot \(error.operation)"
                    + " \(error.path): \(error.errno)"
            )
            return nil
        }
    }

    /// Proves the record in the tree of an older copy, where no place can show that this is the beginning
    /// of the kept tree.
    ///
    /// The copy is signed by the log, as a proof in a file is, so that it may hide records but cannot alter
    /// one. The kept head stays.
    private func proveInOlderTree(_ copy: OlderCopy) throws(Failure) -> ProvenToolchain {
        do {
            let signedHead = copy.answer.signedHead
            var tree = try tree(signedHead, for: copy.answer, extending: nil, at: copy.place)
            let proven = try ProvenToolchain(copy.answer.lookup, of: module, in: &tree)
            remark(
                "the copy of \(log.name) at \(copy.place.name) has \(signedHead.head.size) records,"
                    + " fewer than the \(copy.known.head.size) that were seen before, and no copy has"
                    + " the tiles to compare the two"
            )
            return proven
        } catch {
            throw failure(error, copy.place)
        }
    }

    private func remark(_ text: String) {
        session.onEvent(.remark(module.go.toolchainName, text))
    }

    // MARK: Failures

    private func failure(_ fork: LogFork, _ place: LogPlace) -> Failure {
        fork.failure(log, from: place.name, keptBy: session)
    }

    private func failure(_ error: any Error, _ place: LogPlace) -> Failure {
        Failure(error, of: log, at: place, module)
    }

    /// Returns the most informative failure, with the other places that were tried.
    private func summary(
        _ failures: [(place: LogPlace, failure: Failure)],
        _ facts: [Failure.Fact]
    ) -> Failure {
        let primary = failures.first { $0.failure.kind == .integrity } ?? failures.first
        guard let primary else {
            var failure = Failure(
                .unavailable,
                session.settings.isOffline || places.isEmpty
                    ? "no copy of the log on this host has \(module.go.toolchainName)"
                    : "the log has no record of \(module.go.toolchainName)",
                facts: [.init("log", log.name), .init("record", module)] + facts,
                hint: session.settings.isOffline || places.isEmpty
                    ? "use a mirror directory with a copy of the log in sumdb/\(log.name), or a"
                        + " \(LogProof.fileSuffix) file beside the archive"
                    : nil
            )
            failure.isAbsence = true
            return failure
        }
        var failure = primary.failure
        failure.facts += facts
        for other in failures where other.place != primary.place {
            failure.facts.append(.init("also failed", other.place.name))
        }
        return failure
    }
}

/// Why a place cannot prove a toolchain.
private struct LogPlaceError: Error, CustomStringConvertible {
    let failure: Failure
    /// Whether other places are not tried.
    let isFinal: Bool

    var description: String { failure.onOneLine }

    init(_ failure: Failure, isFinal: Bool = false) {
        self.failure = failure
        self.isFinal =
            switch failure.kind {
            case .interrupted, .busy, .configuration: true
            default: isFinal
            }
    }
}
