package import ToolchainCore

/// Judging a fleet once more, by another time or by other knowledge, or a part of it.
extension Fleet {
    /// A fleet whose evidence is sealed now.
    ///
    /// - Parameters:
    ///   - inputs: The hosts, in order.
    ///   - ages: What ages are counted from.
    ///   - generator: The program that makes it.
    ///   - judgement: What is concluded from versions.
    ///   - previous: The digest of the document before this one.
    ///   - sha256: Computes a digest.
    /// - Throws: What `sha256` throws.
    init<Problem: Error>(
        sealing inputs: FleetInputs,
        ages: ReportAges,
        generator: String,
        judgement: FleetJudgement,
        previous: SHA256Digest?,
        sha256: ([UInt8]) throws(Problem) -> SHA256Digest
    ) throws(Problem) {
        self.init(
            inputs,
            ages: ages,
            generator: generator,
            judgement: judgement,
            tampering: Tampering(inputs.rows),
            evidence: try Evidence(of: inputs.rows, previous: previous, sha256: sha256)
        )
    }

    /// The same hosts, judged by what is said; as they were where nothing is.
    ///
    /// - Parameters:
    ///   - time: What ages are counted from.
    ///   - limit: How old a report may be, in seconds.
    ///   - knowledge: What versions are judged by.
    ///   - names: More hosts that should have reported.
    /// - Returns: The other fleet, with the evidence of this one.
    package func judgedAgain(
        at time: UTCTime? = nil,
        staleAfter limit: Int? = nil,
        by knowledge: FleetKnowledge? = nil,
        expecting names: [String]? = nil
    ) -> Fleet {
        guard time != nil || limit != nil || knowledge != nil || names != nil else { return self }
        var inputs = inputs
        if let names { inputs.expect(names) }
        return Fleet(
            inputs,
            ages: ReportAges(time: time ?? ages.time, limit: limit ?? ages.limit),
            generator: generator,
            judgement: knowledge.map {
                FleetJudgement(of: rows, by: $0, newestSnapshot: judgement.newestSnapshot)
            } ?? judgement,
            tampering: tampering,
            evidence: evidence
        )
    }

    /// The same hosts after another document: the evidence is sealed again.
    ///
    /// - Parameters:
    ///   - previous: The digest of the document before this one.
    ///   - sha256: Computes a digest.
    /// - Returns: The other fleet.
    /// - Throws: What `sha256` throws.
    package func sealedAgain<Problem: Error>(
        previous: SHA256Digest?,
        sha256: ([UInt8]) throws(Problem) -> SHA256Digest
    ) throws(Problem) -> Fleet {
        try sealed(inputs, previous: previous, sha256: sha256)
    }

    private func sealed<Problem: Error>(
        _ inputs: FleetInputs,
        previous: SHA256Digest?,
        sha256: ([UInt8]) throws(Problem) -> SHA256Digest
    ) throws(Problem) -> Fleet {
        var inputs = inputs
        inputs.sortRows()
        return try Fleet(
            sealing: inputs,
            ages: ages,
            generator: generator,
            judgement: judgement,
            previous: previous,
            sha256: sha256
        )
    }

    /// The hosts in a ring, and the others, each as a fleet.
    ///
    /// Of a host that did not report only an earlier fleet can tell the ring. One of which nothing
    /// is known may be in any, and so may what could not be read: both count for the ring that is asked
    /// for, because a canary that has died is not one that is well.
    ///
    /// - Parameters:
    ///   - ring: The ring.
    ///   - previous: The fleet before this one.
    ///   - sha256: Computes a digest.
    /// - Returns: Both parts.
    /// - Throws: What `sha256` throws.
    package func split<Problem: Error>(
        byRing ring: String,
        previous: Fleet? = nil,
        sha256: ([UInt8]) throws(Problem) -> SHA256Digest
    ) throws(Problem) -> (inside: Fleet, outside: Fleet) {
        var (inside, outside) = (inputs, inputs)
        inside.rows = rows.filter { $0.ring == ring }
        outside.rows = rows.filter { $0.ring != ring }
        let before = previous?.rows ?? []
        let rings = Dictionary(before.map { ($0.name, $0.ring) }, uniquingKeysWith: { $1 })
        // Without a list of all hosts, those that were there before are expected again.
        let listed = inputs.expected ?? Set(before.lazy.filter { $0.ring == ring }.map(\.name))
        let absent = listed.union(inputs.missing.keys).subtracting(inputs.answered)
        let silent = absent.filter { name in rings[name].map { $0 == ring } ?? true }
        if inputs.expected != nil || !absent.isEmpty {
            // With the names that reports were stored under, so that none answers for another host.
            inside.expected = silent.union(inside.rows.lazy.map { $0.collectedName ?? $0.name })
            outside.expected = absent.subtracting(silent)
                .union(outside.rows.lazy.map { $0.collectedName ?? $0.name })
        }
        inside.missing = inputs.missing.filter { silent.contains($0.key) }
        outside.missing = inputs.missing.filter { !silent.contains($0.key) }
        (inside.supersededCount, outside.supersededCount) = (0, 0)
        outside.invalidCount = 0
        outside.invalid = []
        return (
            try sealed(inside, previous: evidence.previous, sha256: sha256),
            try sealed(outside, previous: evidence.previous, sha256: sha256)
        )
    }
}
