internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

extension AnsibleTask {
    /// Verifies installations against their receipts, and repairs them if requested.
    ///
    /// - Throws: ``Failure`` for the first installation that was modified.
    func verify(
        _ entries: [Installed<Installation>],
        _ reply: inout AnsibleReply
    ) throws(Failure) {
        var failure: Failure?
        for entry in try requested(entries) {
            let repairs = arguments.repairs && !arguments.isCheck
            let result =
                repairs
                ? try Repairer(store, supply).repair(entry, isQuick: arguments.isQuick)
                : try Verifier(store, supply).verify(entry, isQuick: arguments.isQuick)
            let found = result.repair?.found ?? result.differences
            reply.results.append(document(result, found))
            let name = result.installation.name
            if let repair = result.repair {
                reply.isChanged = true
                reply.before[result.installation] = Self.words(.corrupted, found.count)
                reply.clauses.append("\(name) \(repair.action.rawValue)")
            } else {
                reply.before[result.installation] = Self.words(result.verdict, found.count)
            }
            reply.after[result.installation] = Self.words(result.verdict, result.differences.count)
            switch result.verdict {
            case .clean:
                if result.repair == nil { reply.clauses.append("\(name) clean") }
            case .unknown(let reason) where arguments.versions.isEmpty:
                reply.warnings.append("\(name) could not be verified: \(reason)")
            case .corrupted where arguments.isCheck && arguments.repairs,
                .unchecked where arguments.isCheck && arguments.repairs:
                reply.isChanged = true
                reply.clauses.append("\(name) would be repaired")
                reply.after[result.installation] = Self.words(.clean, 0)
            case .corrupted, .unchecked, .unknown:
                // The first one is reported as the failure; the others are only in the results.
                failure = failure ?? self.failure(result)
            }
        }
        if let failure { throw failure }
    }

    private func failure(_ result: Verification) -> Failure {
        if let failure = result.repair?.failure { return failure }
        var facts: [Failure.Fact] = [.init("path", result.path)]
        if let reason = result.verdict.reason { facts.append(.init("because", reason)) }
        for difference in result.differences.prefix(3) {
            facts.append(.init(difference.kind.rawValue, difference.path))
        }
        let count = result.differences.count
        if count > 3 { facts.append(.init("and", "\(count - 3) more")) }
        return Failure(
            .integrity,
            "\(result.installation.name) failed verification",
            facts: facts,
            hint: "set `repair: true` to repair it"
        )
    }

    /// Returns the installations that `versions` names, or all if it is empty.
    private func requested(_ entries: [Installed<Installation>]) throws(Failure) -> [Installed<
        Installation
    >] {
        guard !arguments.versions.isEmpty else { return entries }
        return try host.chosen(arguments.versions, among: entries, supply)
    }

    /// The maximum number of listed differences per installation, which has thousands of files.
    private static let maximumDifferenceCount = 20

    private func document(
        _ result: Verification,
        _ found: [TreeVerifier.Difference]
    ) -> JSONValue {
        [
            "name": .string(result.installation.name),
            "goroot": .string(result.path),
            "verdict": .string(result.verdict.words),
            "reason": JSONValue(result.verdict.reason),
            "files": .integer(result.fileCount),
            "differenceCount": .integer(found.count),
            "differences": .array(
                found.prefix(Self.maximumDifferenceCount).map {
                    [
                        "path": .string($0.path), "kind": .string($0.kind.rawValue),
                        "detail": .string($0.detail),
                    ]
                }
            ),
            "repair": JSONValue(result.repair?.action.rawValue),
            "quarantine": JSONValue(result.repair?.quarantine),
        ]
    }

    private static func words(
        _ verdict: Verification.Verdict,
        _ differenceCount: Int
    ) -> String {
        guard differenceCount > 0 else { return verdict.words }
        return "\(verdict.words), \(differenceCount) difference\(differenceCount == 1 ? "" : "s")"
    }
}
