package import ToolchainCore

/// Judging an aggregate once more, by another time or by other knowledge.
extension FleetAggregate {
    /// Counts ages from another time, or takes another age for too old.
    ///
    /// - Parameters:
    ///   - time: The time; as it is where nil.
    ///   - limit: How old a report may be, in seconds; as it is where nil.
    package mutating func countAges(from time: UTCTime?, staleAfter limit: Int?) {
        generatedAt = time ?? generatedAt
        staleAfter = limit ?? staleAfter
    }

    /// Counts ages from the newest report: reports of an earlier time were not too old then.
    ///
    /// One of a time that has not come does not count.
    package mutating func countAgesFromNewestReport() {
        let times = rows.filter { !isImpossible($0) }.map(\.generatedAt)
        if let newest = times.max(), newest < generatedAt { generatedAt = newest }
    }

    /// Judges all versions by this knowledge and no other.
    package mutating func judge(by knowledge: FleetKnowledge) {
        let known = [snapshot, newerSnapshot].compactMap(\.self).max()
        self.knowledge = knowledge
        supportedLines = knowledge.calendar.supportedLines.map(\.description)
        snapshot = knowledge.vulnerabilities?.snapshot
        vulnerabilitySource = knowledge.vulnerabilities?.source
        newerSnapshot = known.flatMap { day in snapshot.map { $0 < day } ?? true ? day : nil }
        (facts, vulnerabilities) = ([:], [:])
        for row in rows { judge(row.uses) }
    }

    /// The hosts in a ring, and the others, each as an aggregate.
    ///
    /// Of a host that did not report only an earlier aggregate can tell the ring. One of which nothing
    /// is known may be in any, and so may what could not be read: both count for the ring that is asked
    /// for, because a canary that has died is not one that is well.
    ///
    /// - Parameters:
    ///   - ring: The ring.
    ///   - previous: The aggregate before this one.
    /// - Returns: Both parts.
    package func split(
        byRing ring: String,
        previous: FleetAggregate? = nil
    ) -> (inside: FleetAggregate, outside: FleetAggregate) {
        var (inside, outside) = (self, self)
        inside.rows = rows.filter { $0.ring == ring }
        outside.rows = rows.filter { $0.ring != ring }
        let before = previous?.rows ?? []
        let rings = Dictionary(before.map { ($0.name, $0.ring) }, uniquingKeysWith: { $1 })
        // Without a list of all hosts, those that were there before are expected again.
        let listed = expected ?? Set(before.lazy.filter { $0.ring == ring }.map(\.name))
        let absent = listed.union(missing.keys).subtracting(answered)
        let silent = absent.filter { name in rings[name].map { $0 == ring } ?? true }
        if expected != nil || !absent.isEmpty {
            // With the names that reports were stored under, so that none answers for another host.
            inside.expected = silent.union(inside.rows.lazy.map { $0.collectedName ?? $0.name })
            outside.expected = absent.subtracting(silent)
                .union(outside.rows.lazy.map { $0.collectedName ?? $0.name })
        }
        inside.missing = missing.filter { silent.contains($0.key) }
        outside.missing = missing.filter { !silent.contains($0.key) }
        (inside.supersededCount, outside.supersededCount) = (0, 0)
        outside.invalidCount = 0
        outside.invalid = []
        return (inside, outside)
    }
}
