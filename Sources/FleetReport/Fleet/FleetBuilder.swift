package import ToolchainCore

/// Many hosts' reports added up, one at a time, into a ``Fleet``.
///
/// A report is thrown away once it has been added: what stays is a row a host, in which what many
/// hosts have in common is kept once. A builder shows nothing, and sealing ends it: it cannot be
/// copied, so nothing is added to what is shown.
package struct FleetBuilder: ~Copyable, Sendable {
    private var inputs = FleetInputs()
    private var ages: ReportAges
    private let generator: String
    private let knowledge: FleetKnowledge
    /// The newest snapshot of vulnerability data that a report or an aggregate knows.
    private var newestSnapshot: CalendarDay?
    private var places: [HostKey: Int] = [:]
    private var text = Interner()

    /// Starts with nothing.
    ///
    /// - Parameters:
    ///   - now: The time that ages are counted from.
    ///   - staleAfter: How old a report may be, in seconds.
    ///   - generator: The program that makes it.
    ///   - knowledge: What versions are judged by: all hosts by the same.
    package init(now: UTCTime, staleAfter: Int, generator: String, knowledge: FleetKnowledge) {
        ages = ReportAges(time: now, limit: staleAfter)
        self.generator = generator
        self.knowledge = knowledge
    }

    // MARK: Adding

    /// Adds the report in a document, or notes why it is not a valid one.
    ///
    /// - Parameters:
    ///   - document: Its bytes.
    ///   - name: How it is called where it turns out not to be a report.
    ///   - origin: Where it was found.
    ///   - digest: The digest of its bytes, as evidence.
    package mutating func add(
        _ document: [UInt8],
        named name: String,
        from origin: ReportOrigin = .stream,
        digest: SHA256Digest?
    ) {
        do {
            let reader = try ObjectReader(parsing: document)
            if document.count <= MissingHost.longest, reader.says(.missing) {
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

    /// Adds a report; of two of the same host and user the newer one stays.
    ///
    /// - Parameters:
    ///   - report: The report.
    ///   - origin: Where it was found.
    ///   - digest: The digest of its bytes, as evidence.
    package mutating func add(
        _ report: HostReport,
        from origin: ReportOrigin = .stream,
        digest: SHA256Digest?
    ) {
        for toolchain in report.toolchains { note(toolchain.vulnerabilities?.snapshot) }
        note(report.knowledge?.snapshot)
        add(HostRow(report, from: origin, digest: digest, interning: &text))
    }

    /// Adds the hosts of an aggregate that was written before, judged by what is known here.
    package mutating func add(_ fleet: Fleet) {
        for row in fleet.rows { add(row) }
        inputs.note(fleet.inputs)
        note(fleet.judgement.newestSnapshot)
    }

    /// Notes a document that cannot be read.
    ///
    /// - Parameters:
    ///   - name: Which one.
    ///   - reason: Why not, in one clause.
    package mutating func noteInvalid(_ name: String, because reason: String) {
        inputs.noteInvalid(name, because: reason)
    }

    /// Says which hosts should have reported.
    package mutating func expect(_ names: some Sequence<String>) { inputs.expect(names) }

    /// Counts ages from the newest report: reports of an earlier time were not too old then.
    ///
    /// One of a time that has not come does not count.
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
        guard let place = places[key] else {
            places[key] = inputs.rows.count
            inputs.rows.append(row)
            return
        }
        inputs.noteSuperseded(row.name)
        var (newer, older) = (inputs.rows[place], row)
        if isNewer(row, than: newer) { swap(&newer, &older) }
        // A clock that is wrong once in a while is one to look at, whichever report counts.
        newer.impossibleTime =
            newer.impossibleTime ?? older.impossibleTime
            ?? (ages.isImpossible(older) && !ages.isImpossible(newer) ? older.generatedAt : nil)
        inputs.rows[place] = newer
    }

    /// Of two that were made in the same second, which one stays does not depend on their order; and
    /// one whose time cannot be right replaces none, or a clock that was wrong once would hide all
    /// that a host says later.
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

    /// Puts the hosts in order, by name, judges their versions and seals the evidence.
    ///
    /// - Parameters:
    ///   - previous: The digest of the document before this one, as evidence.
    ///   - sha256: Computes a digest.
    /// - Returns: The fleet.
    /// - Throws: What `sha256` throws.
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
