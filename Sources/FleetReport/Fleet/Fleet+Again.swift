package import ToolchainCore

/// Reassessing a fleet at another time or with other data, and splitting it.
extension Fleet {
    /// Creates a fleet and seals its evidence.
    ///
    /// - Parameters:
    ///   - inputs: The hosts, sorted by name.
    ///   - ages: The reference time and age limit of reports.
    ///   - generator: The program that creates the fleet.
    ///   - judgement: What is known about the versions of the hosts.
    ///   - previous: The digest of the previous aggregate.
    ///   - sha256: Computes a digest.
    /// - Throws: Any error of `sha256`.
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

    /// Returns the same hosts assessed with the given values.
    ///
    /// A value that is `nil` stays unchanged.
    ///
    /// - Parameters:
    ///   - time: The time that ages are counted from.
    ///   - limit: The maximum age of a report, in seconds.
    ///   - knowledge: The data that versions are assessed with.
    ///   - names: The names of further hosts that should have reported.
    /// - Returns: The reassessed fleet, with the evidence of this one.
    package func reassessed(
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

    /// Returns the same hosts with evidence that links to another previous aggregate.
    ///
    /// - Parameters:
    ///   - previous: The digest of the previous aggregate.
    ///   - sha256: Computes a digest.
    /// - Returns: The resealed fleet.
    /// - Throws: Any error of `sha256`.
    package func resealed<Problem: Error>(
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

    /// Splits the fleet into the hosts of a ring and all other hosts.
    ///
    /// The ring of a host that did not report is known only from an earlier fleet. If it is
    /// unknown, the host counts for the requested ring, and so do unreadable documents: a canary
    /// that died must not look healthy.
    ///
    /// - Parameters:
    ///   - ring: The name of the ring.
    ///   - previous: The fleet before this one, if any.
    ///   - sha256: Computes a digest.
    /// - Returns: The hosts in the ring, and the hosts outside it.
    /// - Throws: Any error of `sha256`.
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
        // Without a list of all hosts, the hosts of the previous fleet are expected to report
        // again.
        let listed = inputs.expected ?? Set(before.lazy.filter { $0.ring == ring }.map(\.name))
        let absent = listed.union(inputs.missing.keys).subtracting(inputs.answered)
        let silent = absent.filter { name in rings[name].map { $0 == ring } ?? true }
        if inputs.expected != nil || !absent.isEmpty {
            // The names that reports were stored under, so that no host can answer for another one.
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
