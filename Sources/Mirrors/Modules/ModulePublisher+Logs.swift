internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

/// The logs that prove modules to the `go` command.
extension ModulePublisher {
    /// Extends the copy of the log that proves archives, and the site's own log.
    ///
    /// - Parameters:
    ///   - records: The records of all modules in the mirror.
    ///   - existingKey: The key of the site's log, if there is one.
    /// - Returns: The logs that prove all modules, and the failure if there is none or one cannot be extended.
    /// - Throws: ``Failure`` if a log contradicts the archives or its key.
    func updateLogs(
        _ records: [ToolchainRecord],
        existingKey: SiteLogKey?
    ) throws -> (logs: [ModuleUpdate.Log], failure: Failure?) {
        guard !records.isEmpty else { return ([], nil) }
        var logs: [ModuleUpdate.Log] = []
        var failure: Failure?
        let copy = LogCopy(of: session.settings.log.key, in: tree)
        do {
            logs.append(try extend(copy, records))
        } catch let error as Failure {
            guard error.kind == .unavailable else { throw error }
            failure = error
        }
        if let key = try siteKey(existingKey, isNeeded: logs.isEmpty) {
            var log = try extend(key, records)
            if existingKey == nil { log.newKeyPath = key.path }
            logs.append(log)
        }
        guard logs.isEmpty else { return (logs, nil) }
        return (
            [],
            Failure(
                .unavailable,
                "no log proves the modules, so the `go` command will refuse them",
                facts: [.init("log", session.settings.log.name)]
                    + (failure.map { [.init("because", $0.onOneLine)] } ?? []),
                hint: "run the command where the log can be asked; or keep a log of your site: add"
                    + " `--log-name golog.example.com`, with a host name of your site"
            )
        )
    }

    /// Returns the key of the site's log if that is to be extended, because it was requested, this mirror has it, or no
    /// other log proves the modules.
    ///
    /// A requested key is created.
    private func siteKey(
        _ existing: SiteLogKey?,
        isNeeded: Bool
    ) throws -> SiteLogKey? {
        if task.isLogRequested {
            // This refuses an existing key of another name.
            let key = try SiteLogKey.opening(
                task.keyPath,
                name: task.logName,
                outside: tree.path
            )
            guard let key else {
                throw Failure(
                    .usage,
                    "a new log of the site requires a name",
                    facts: [.init("key", "\(task.keyPath) does not exist")],
                    hint: "add `--log-name golog.example.com`, with a host name of your site"
                )
            }
            return key
        }
        guard let existing else { return nil }
        let isHere =
            try FileSystem.kind(of: LogCopy(of: existing.verifier, in: tree).directory) != nil
        return isHere || isNeeded ? existing : nil
    }

    // MARK: The copy of a log

    /// Extends a copy of the log that proves archives, so that it proves all modules in one tree.
    private func extend(
        _ copy: LogCopy,
        _ records: [ToolchainRecord]
    ) throws -> ModuleUpdate.Log {
        let latest = try copy.latest()
        func log(_ size: Int, isChanged: Bool) -> ModuleUpdate.Log {
            .init(
                name: copy.key.name,
                key: "\(copy.key)",
                size: size,
                isOwn: false,
                isChanged: isChanged
            )
        }
        if let latest, records.allSatisfy({ copy.provenHash(of: $0.module) == $0.hash }) {
            return log(latest.head.size, isChanged: false)
        }
        let excerpt = try Supply(session).logExcerpt(
            of: records.map(\.module),
            extending: latest?.head
        )
        for (record, proven) in zip(records, excerpt.proven) where proven.record != record {
            throw Failure(
                .integrity,
                "the log records another hash of \(record.module.go.toolchainName)",
                facts: [
                    .init("log", copy.key.name), .init("expected", record.hash),
                    .init("found", proven.record.hash),
                ]
            )
        }
        let note = excerpt.signedHead.note.note.bytes
        let tiles = excerpt.tiles.map { (path: $0.key.path, bytes: $0.value) }
            .sorted { $0.path.precedesByBytes($1.path) }
        var answers = [(path: SiteLog.latestPath, bytes: note)]
        for proven in excerpt.proven {
            let start = Array("\(proven.index)\n".utf8) + proven.record.text + Array("\n".utf8)
            answers.append(
                (try ToolchainRecord.lookupPath(of: proven.record.module), start + note)
            )
        }
        answers.append((SiteLog.supportedPath, []))
        // Readers see the old answers, whose tiles stay, or the new ones.
        let hasNewTiles = try copy.write(tiles, durably: session.isDurable)
        let hasNewAnswers = try copy.write(answers, durably: session.isDurable)
        return log(excerpt.signedHead.head.size, isChanged: hasNewTiles || hasNewAnswers)
    }

    // MARK: The log of the site

    /// Appends the records that the site's log does not have, and writes its files.
    ///
    /// The tiles are written first, then the head is kept beside the key, and only then anything that a client could
    /// see of it. So a run that is killed never signs two trees of one size.
    private func extend(
        _ key: SiteLogKey,
        _ records: [ToolchainRecord]
    ) throws -> ModuleUpdate.Log {
        let copy = LogCopy(of: key.verifier, in: tree)
        let kept = try key.keptHead()
        let size: Int
        var isChanged = false
        do {
            var log = try SiteLog(latest: copy.latest(), kept: kept) { try copy.document($0) }
            try log.append(
                records.sorted { $0.module.version.precedesByBytes($1.module.version) },
                signedBy: key.key
            )
            size = log.records.count
            isChanged = try copy.write(log.tiles(), durably: session.isDurable)
            if let head = log.signedHead, head.head != kept?.head { try key.keep(head) }
            let publicKey = (path: SiteLog.keyPath, bytes: Array("\(key.verifier)\n".utf8))
            if try copy.write([publicKey] + log.answers(), durably: session.isDurable) {
                isChanged = true
            }
        } catch let rejection as SiteLog.Rejection {
            throw Failure(
                .integrity,
                "the log of the site cannot be extended",
                facts: [
                    .init("log", copy.directory), .init("key", key.path),
                    .init("because", rejection),
                ],
                hint: Self.hint(for: rejection, copy)
            )
        }
        return ModuleUpdate.Log(
            name: key.verifier.name,
            key: "\(key.verifier)",
            size: size,
            isOwn: true,
            isChanged: isChanged
        )
    }

    private static func hint(for rejection: SiteLog.Rejection, _ copy: LogCopy) -> String {
        switch rejection {
        case .missing, .malformed, .wrongRoot, .older:
            "copy \(ModulePaths.database(named: copy.key.name)) from the newest copy of the mirror; or begin"
                + " another log, with another `--log-name` and `--log-key`"
        case .fork:
            "clients refuse this log for ever; begin another one, with another `--log-name` and `--log-key`"
        case .otherHash:
            "a log cannot take a record back; replace the archive by the one that was published first"
        }
    }
}
