internal import ToolchainCore
internal import ToolchainHost

/// The attempts to install a Go from one place after another.
struct UnpinnedAttempts {
    let name: String
    let session: Session
    private var failures: [(archive: UnpinnedArchive, failure: Failure)] = []
    private var isReported = true
    private var end: ContinuousClock.Instant?

    init(name: String, session: Session) {
        self.name = name
        self.session = session
    }

    /// Tries one place, after reporting the mirror that failed before.
    ///
    /// - Parameters:
    ///   - archive: The place.
    ///   - body: Installs from it, by the deadline that the first download sets.
    /// - Returns: Whether the Go is installed; if not, the next place may have a better archive.
    /// - Throws: ``Failure`` if no other place can help.
    mutating func attempt(
        _ archive: UnpinnedArchive,
        _ body: (inout ContinuousClock.Instant?) throws -> Void
    ) throws(Failure) -> Bool {
        report(before: archive)
        do {
            try body(&end)
            remarkOnProof(beside: archive)
            return true
        } catch {
            let failure = session.failure(for: error, doing: "install \(name)")
            switch failure.kind {
            case .integrity where failure.isFork: throw failure
            case .integrity, .unavailable: failures.append((archive, failure))
            default: throw failure
            }
            isReported = false
            return false
        }
    }

    /// Says why the proof beside an archive was not used, after the archive was proven by its record.
    private func remarkOnProof(beside archive: UnpinnedArchive) {
        let useless = failures.first { $0.archive.hasProof && $0.archive.place == archive.place }
        guard let useless else { return }
        session.onEvent(
            .remark(
                name,
                "the proof beside \(archive.origin) is not used, and the record was looked up in the log:"
                    + " \(useless.failure.onOneLine)"
            )
        )
    }

    private mutating func report(before next: UnpinnedArchive) {
        guard !isReported, let last = failures.last, let mirror = last.archive.mirror,
            mirror != next.mirror
        else { return }
        isReported = true
        let own = failures.filter { $0.archive.mirror == mirror }.map(\.failure)
        let worst = own.first { !$0.isAbsence } ?? last.failure
        session.report([UnusableMirror(name: mirror, reason: worst.onOneLine)], for: name)
    }

    /// The most informative failure, with the other places that were tried.
    var summary: Failure {
        let failures = failures.map(\.failure)
        var failure =
            failures.first { $0.kind == .integrity } ?? failures.first { !$0.isAbsence }
            ?? failures.first ?? Failure(.defect, "no place has \(name)")
        for other in self.failures where other.failure.facts != failure.facts {
            failure.facts.append(.init("also failed", other.archive.origin))
        }
        failure.isAbsence = failures.allSatisfy(\.isAbsence)
        return failure
    }

    /// The most informative failure if no record of the version was found.
    var unprovenSummary: Failure {
        var failure = summary
        failure.isUnproven = failure.kind == .integrity
        return failure
    }

    /// The failure of a lookup of the record, with the places that were tried before.
    func summary(afterLookup last: Failure) -> Failure {
        var failure = summary(after: last)
        // A contradiction in the log is never passed over.
        failure.isUnproven = failure.kind == .integrity && last.kind == .unavailable
        return failure
    }

    /// The failure of the last means, with the places that were tried before.
    func summary(after last: Failure) -> Failure {
        guard !failures.isEmpty, !last.isFork else { return last }
        switch last.kind {
        case .integrity, .unavailable: break
        default: return last
        }
        var failure = summary
        failure.facts.append(.init("also failed", last.message))
        return failure
    }
}
