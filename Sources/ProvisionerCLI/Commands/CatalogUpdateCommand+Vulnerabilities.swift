internal import FleetReport
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// The update of the list of vulnerabilities.
extension CatalogUpdateCommand {
    /// What happened to the list.
    struct ListUpdate {
        let path: String
        let list: VulnerabilityList
        let formerSnapshot: CalendarDay
        /// Whether the file has, or had, another list.
        let isChanged: Bool
        let isCheck: Bool

        /// Whether the list would be updated, without `--check`.
        var isPlanned: Bool { isChanged && isCheck }

        private var result: String {
            isChanged ? isCheck ? "planned" : "updated" : "unchanged"
        }

        /// The file, the result, the number of vulnerabilities and the dates.
        var row: [StyledText] {
            let former = formerSnapshot == list.snapshot ? "" : ", before as of \(formerSnapshot)"
            return [
                path.toned(.strong),
                isPlanned
                    ? "would be updated".toned(.caution)
                    : result.toned(isChanged ? .good : .detail),
                "\(list.entries.count) vulnerabilities as of \(list.snapshot)\(former)",
            ]
        }

        var document: JSONValue {
            [
                "path": .string(path),
                "result": .string(result),
                "snapshot": .string(list.snapshot.description),
                "count": .integer(list.entries.count),
                "formerSnapshot": .string(formerSnapshot.description),
            ]
        }
    }

    /// Writes the list of vulnerabilities beside the catalog, unless only a check is wanted.
    ///
    /// - Parameters:
    ///   - source: The file or URL of the database.
    ///   - session: The run.
    ///   - settings: Its settings.
    ///   - context: The environment of the command.
    /// - Returns: What happened.
    /// - Throws: ``Failure`` if the database is not available, is not valid or is older than the known list, or
    ///   the list cannot be written.
    func updateVulnerabilities(
        _ source: String,
        _ session: Session,
        _ settings: Settings,
        in context: Context
    ) throws(Failure) -> ListUpdate {
        let bytes =
            source.contains("://")
            ? try Supply(session).vulnerabilityDatabase(
                at: source,
                limit: VulnerabilityUpdate.mostBytes
            )
            : try database(inFile: try path(source, in: context))
        let known = try FleetKnowledge(
            of: try CatalogLibrary.load(adding: []),
            at: .now,
            hostLists: settings.knowledge.vulnerabilityLists,
            note: context.note
        ).vulnerabilities
        let catalog = try outputPath(in: context)
        let directory = catalog.lastIndex(of: "/").map { String(catalog[..<$0]) } ?? ""
        let target = "\(directory)/\(HostKnowledge.File.vulnerabilities.rawValue)"
        let update = try VulnerabilityUpdate(bytes, from: source, on: UTCTime.now.day)
        let isChanged = try update.changes(target, after: known)
        if isChanged, !check {
            if output == nil { try Directories(session).prepareState(directory) }
            try update.write(to: target)
        }
        return ListUpdate(
            path: target,
            list: update.list,
            formerSnapshot: known?.snapshot ?? update.list.snapshot,
            isChanged: isChanged,
            isCheck: check
        )
    }

    private func database(inFile path: String) throws(Failure) -> [UInt8] {
        let bytes: [UInt8]?
        do {
            bytes = try FileSystem.contents(of: path, limit: VulnerabilityUpdate.mostBytes + 1)
        } catch {
            throw Failure(
                .unavailable,
                "cannot read the vulnerability database",
                facts: [.init("file", path), .init("because", error.errno)]
            )
        }
        guard let bytes else {
            throw Failure(
                .unavailable,
                "the vulnerability database does not exist",
                facts: [.init("file", path)],
                hint: "use `--vulnerabilities \(Supply.officialVulnerabilities)`"
            )
        }
        return bytes
    }
}
