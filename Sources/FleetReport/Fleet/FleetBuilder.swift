package import ToolchainCore

/// Aggregates the reports of many hosts, one at a time, into a ``Fleet``.
///
/// A report is discarded once it is added. Only one row per host remains, and values that many
/// hosts share are stored once. Sealing consumes the builder, so a sealed fleet never changes.
package struct FleetBuilder: ~Copyable, Sendable {
    private var inputs = FleetInputs()
    private var ages: ReportAges
    private let generator: String
    private let knowledge: FleetKnowledge
    /// The newest vulnerability snapshot that any report or aggregate mentions.
    private var newestSnapshot: CalendarDay?
    private var indices: [HostKey: Int] = [:]
    private var text = Interner()

    /// Creates an empty builder.
    ///
    /// - Parameters:
    ///   - now: The time that ages are counted from.
    ///   - staleAfter: The maximum age of a report, in seconds.
    ///   - generator: The program that creates the fleet.
    ///   - knowledge: The data that the versions of all hosts are assessed with.
    package init(now: UTCTime, staleAfter: Int, generator: String, knowledge: FleetKnowledge) {
        ages = ReportAges(time: now, limit: staleAfter)
        self.generator = generator
        self.knowledge = knowledge
    }

    // MARK: Adding

    /// Adds the report in a document, or records why the document is invalid.
    ///
    /// - Parameters:
    ///   - document: The bytes of the document.
    ///   - name: The name that an invalid document is listed under.
    ///   - origin: Where the document was found.
    ///   - digest: The digest of the document, kept as evidence.
    package mutating func add(
        _ document: [UInt8],
        named name: String,
        from origin: ReportOrigin = .stream,
        digest: SHA256Digest?
    ) {
        do {
            let reader = try ObjectReader(parsing: document)
            if document.count <= MissingHost.maximumSize, reader.declares(.missing) {
                try reader.check(.missing)
                var host = try MissingHost(reading: reader)
                if case .inventory(let name) = origin { host.name = name }
                inputs.noteMissing(host)
            } else {
                add(try HostReport(reading: reader), from: origin, digest: digest)
            }
        } catch {
            noteInvalid(name, because: error.description)
        }
    }

    /// Adds a report.
    ///
    /// If the host and user already have one, the newer report is kept.
    ///
    /// - Parameters:
    ///   - report: The report.
    ///   - origin: Where it was found.
    ///   - digest: The digest of the document, kept as evidence.
    package mutating func add(
        _ report: HostReport,
        from origin: ReportOrigin = .stream,
        digest: SHA256Digest?
    ) {
        for toolchain in report.toolchains { note(toolchain.vulnerabilities?.snapshot) }
        note(report.knowledge?.snapshot)
        add(HostRow(report, from: origin, digest: digest, interning: &text))
    }

    /// Adds the hosts of a saved aggregate and assesses them with this builder's data.
    package mutating func add(_ fleet: Fleet) {
        for row in fleet.rows { add(row) }
        inputs.note(fleet.inputs)
        note(fleet.judgement.newestSnapshot)
    }

    /// Records a document that cannot be read.
    ///
    /// - Parameters:
    ///   - name: The name of the document, such as a path and a line number.
    ///   - reason: Why it cannot be read, in one clause.
    package mutating func noteInvalid(_ name: String, because reason: String) {
        inputs.noteInvalid(name, because: reason)
    }

    /// Adds the names of hosts that should have reported.
    package mutating func expect(_ names: some Sequence<String>) { inputs.expect(names) }

    /// Counts ages from the newest report, so that the reports of an old collection are not stale.
    ///
    /// Reports with an impossible time are ignored.
    package mutating func countAgesFromNewestReport() {
        var newest: UTCTime?
        for row in inputs.rows where !ages.isImpossible(row) {
            newest = max(newest ?? row.generatedAt, row.generatedAt)
        }
        if let newest { ages.time = min(newest, ages.time) }
    }

    private mutating func note(_ snapshot: CalendarDay?) {
        newestSnapshot = [newestSnapshot, snapshot].compactMap(\.self).max()
    }

    private mutating func add(_ row: HostRow) {
        let key = HostKey(row)
        guard let index = indices[key] else {
            indices[key] = inputs.rows.count
            inputs.rows.append(row)
            return
        }
        inputs.noteSuperseded(row.name)
        var (newer, older) = (inputs.rows[index], row)
        if isNewer(row, than: newer) { swap(&newer, &older) }
        // A clock that was wrong in any report needs attention, whichever report counts.
        newer.impossibleTime =
            newer.impossibleTime ?? older.impossibleTime
            ?? (ages.isImpossible(older) && !ages.isImpossible(newer) ? older.generatedAt : nil)
        inputs.rows[index] = newer
    }

    /// Ties are broken by digest so that the result does not depend on the order of reports.
    ///
    /// A report with an impossible time never replaces another one; otherwise a single wrong clock
    /// would hide all later reports.
    private func isNewer(_ row: HostRow, than other: HostRow) -> Bool {
        guard ages.isImpossible(row) == ages.isImpossible(other) else {
            return !ages.isImpossible(row)
        }
        guard row.generatedAt == other.generatedAt else {
            return other.generatedAt < row.generatedAt
        }
        return other.digest?.description ?? "" < row.digest?.description ?? ""
    }

    // MARK: Sealing

    /// Sorts the hosts by name, assesses their versions and seals the evidence.
    ///
    /// - Parameters:
    ///   - previous: The digest of the previous aggregate.
    ///   - sha256: Computes a digest.
    /// - Returns: The sealed fleet.
    /// - Throws: Any error of `sha256`.
    package consuming func sealed<Problem: Error>(
        previous: SHA256Digest? = nil,
        sha256: ([UInt8]) throws(Problem) -> SHA256Digest
    ) throws(Problem) -> Fleet {
        inputs.sortRows()
        return try Fleet(
            sealing: inputs,
            ages: ages,
            generator: generator,
            judgement: FleetJudgement(
                of: inputs.rows,
                by: knowledge,
                newestSnapshot: newestSnapshot
            ),
            previous: previous,
            sha256: sha256
        )
    }
}
