package import ToolchainCore

/// The record of the last `gotoolprov-heal` run, as defined by docs/schemas/heal.schema.json.
package struct HealRecord: Hashable, Sendable {
    /// The state of an installation after the run.
    package struct Tree: Hashable, Sendable {
        /// The name of the installation: `go1.21.13`.
        package var name: String
        package var path: String
        /// The result of a full verification.
        package var integrity: HostReport.Integrity
        /// Whether the run repaired it.
        package var isRepaired: Bool
    }

    /// The result of one of the commands in the run.
    struct Step: Hashable, Sendable {
        let status: Int
        let error: String?
    }

    /// The result of the run.
    package var run: HostReport.LastRun
    /// The repairs of this and earlier runs.
    package var repairs: HostReport.Repairs
    /// The installations that the run checked.
    package var trees: [Tree]

    /// Parses a record.
    ///
    /// - Parameter document: The contents of heal.json.
    /// - Throws: ``DocumentError`` if the document is not a record or has an unsupported schema.
    package init(parsing document: [UInt8]) throws(DocumentError) {
        let reader = try ObjectReader(parsing: document)
        try reader.check(.heal)
        let started = try reader.requiredTime("startedAt")
        let finished = try reader.requiredTime("finishedAt")
        let ensure = try reader.object("ensure") { step throws(DocumentError) in
            (try Step(reading: step), try Self.hasChanged(step))
        }
        let (verify, trees) = try reader.requiredObject("verify") { step throws(DocumentError) in
            (try Step(reading: step), try Self.trees(step, at: finished))
        }
        self.trees = trees
        let repaired = trees.filter(\.isRepaired).map(\.name)
        repairs = try reader.requiredObject("repairs") { repairs throws(DocumentError) in
            HostReport.Repairs(
                total: try repairs.count("total") ?? 0,
                lastAt: try repairs.time("lastAt"),
                lastRun: repaired
            )
        }
        // Exit status 2: a foreign installation, which `verify` does not repair.
        let isVerified = verify.status == 0 || verify.status == 2
        let isEnsured = ensure.map { $0.0.status == 0 } ?? true
        let result: HostReport.LastRun.Result =
            switch (isEnsured, isVerified) {
            case (true, true): repaired.isEmpty && ensure?.1 != true ? .ok : .changed
            case (false, false): .failed
            // If `ensure` did not run, `verify` alone is a failure rather than a partial success.
            case (true, false): ensure == nil ? .failed : .partial
            case (false, true): .partial
            }
        var errors: [String] = []
        if !isEnsured { errors.append("ensure: \(ensure?.0.words ?? "")") }
        if !isVerified { errors.append("verify: \(verify.words)") }
        run = HostReport.LastRun(
            operation: "heal",
            result: result,
            startedAt: started,
            milliseconds: max(0, finished.seconds - started.seconds) * 1000,
            error: errors.isEmpty ? nil : errors.joined(separator: "; ")
        )
    }

    /// Whether `ensure` changed anything.
    private static func hasChanged(_ step: ObjectReader) throws(DocumentError) -> Bool {
        try step.object("result") { result throws(DocumentError) in
            try result.list("results", limit: maximumListCount) { item throws(DocumentError) in
                try item.string("action") != "present"
            }.contains(true)
        } ?? false
    }

    private static func trees(
        _ step: ObjectReader,
        at time: UTCTime
    ) throws(DocumentError) -> [Tree] {
        try step.object("result") { result throws(DocumentError) in
            try result.list("results", limit: maximumListCount) { item throws(DocumentError) in
                let kinds = try item.list("differences", limit: maximumDifferenceCount) {
                    difference throws(DocumentError) in
                    try difference.requiredString("kind")
                }
                let action = try item.object("repaired") { repair throws(DocumentError) in
                    try repair.requiredString("action")
                }
                return Tree(
                    name: try item.requiredString("name"),
                    path: try item.requiredString("goroot"),
                    integrity: HostReport.Integrity(
                        verdict: try item.requiredString("verdict"),
                        kinds: kinds,
                        at: time
                    ),
                    isRepaired: action == "repaired" || action == "reinstalled"
                )
            }
        } ?? []
    }

    private static let maximumListCount = 256
    private static let maximumDifferenceCount = 1 << 20
}

extension HealRecord.Step {
    fileprivate init(reading reader: ObjectReader) throws(DocumentError) {
        guard let status = try reader.integer("status") else {
            throw DocumentError("missing", at: "status")
        }
        self.init(status: status, error: try reader.string("error"))
    }

    /// The error message if the step wrote one as JSON, and otherwise its exit status or output.
    fileprivate var words: String {
        guard let error else { return "exit status \(status)" }
        guard error.hasPrefix("{"),
            let reader = try? ObjectReader(parsing: Array(error.utf8)),
            let message = try? reader.object(
                "error",
                { details throws(DocumentError) in
                    try details.requiredString("message")
                }
            )
        else { return error }
        return message
    }
}

extension HostReport.Integrity {
    /// Creates the result of a full verification, with the terms of verify.schema.json.
    fileprivate init(verdict: String, kinds: [String], at time: UTCTime) {
        guard verdict == "clean" || verdict == "corrupted" else {
            self.init(state: .unverified, mode: .none, checkedAt: time)
            return
        }
        self.init(isClean: verdict == "clean", kinds: kinds, mode: .full, at: time)
    }

    /// Creates the result of a verification.
    ///
    /// - Parameters:
    ///   - isClean: Whether there are no differences.
    ///   - kinds: The kind of each difference, with the terms of verify.schema.json.
    ///   - mode: How thoroughly files were compared.
    ///   - time: The time of the verification.
    init(isClean: Bool, kinds: [String], mode: Mode, at time: UTCTime) {
        let missing = kinds.count { $0 == "missing" }
        let extra = kinds.count { $0 == "extra" }
        self.init(
            state: isClean ? .ok : missing == kinds.count ? .incomplete : .modified,
            mode: mode,
            checkedAt: time,
            badFiles: kinds.count - missing - extra,
            missingFiles: missing,
            extraFiles: extra
        )
    }
}
