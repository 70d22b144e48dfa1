internal import ToolchainCore

/// The data that the page's script displays, sorts and filters.
extension FleetPage {
    /// The values of a host in the data, in this order.
    ///
    /// The data begins with these names, so the script does not depend on positions.
    enum HostField: String, CaseIterable {
        case name, id, state, go, others, support, vulns, debug, platform, age, ring, drift,
            published
        case versions, findings, identity

        /// The list in the data that the value is an index into, or `nil` if the value is stored
        /// directly.
        var list: String? {
            switch self {
            case .name, .id, .vulns, .age: nil
            case .findings: "findings"
            case .state, .go, .others, .support, .debug, .platform, .ring, .drift, .published,
                .versions,
                .identity:
                "texts"
            }
        }

        /// The heading of the table column, or `nil` if the field has no column.
        var title: String? {
            switch self {
            case .name: "Host"
            case .state: "State"
            case .go: "Go in use"
            case .support: "Support, all Go"
            case .vulns: "Vulnerabilities, all Go"
            case .debug: "Debugging"
            case .platform: "Platform"
            case .age: "Report age"
            case .id, .others, .ring, .drift, .published, .versions, .findings, .identity: nil
            }
        }

        /// The text that the column shows if there is no value.
        var empty: String? {
            switch self {
            case .go, .age: "none"
            case .vulns: "unknown"
            default: nil
            }
        }

        fileprivate var document: JSONValue {
            .present([
                ("name", .string(rawValue)), ("list", .optional(list)),
                ("empty", .optional(empty)),
            ])
        }
    }

    /// The values of a finding in the data, in this order.
    enum FindingField: String, CaseIterable {
        case kind, subject, detail, fix

        fileprivate func text(of finding: HostRow.Finding) -> String {
            switch self {
            case .kind: finding.kind.rawValue
            case .subject: finding.subject
            case .detail: finding.detail
            case .fix: finding.fix ?? ""
            }
        }
    }

    /// Writes all hosts as lists of numbers, most of which are indices into a list of texts.
    ///
    /// This keeps a page of 100,000 hosts small.
    func writeData(to stream: inout TextStream) {
        var lists = Lists()
        stream += "{"
        for (key, value) in Self.vocabulary {
            stream += "\"\(key)\":\(value.renderedOnOneLine.jsonInHTML),\n"
        }
        stream += "\"hosts\":["
        var separator = "\n"
        for row in fleet.rows {
            stream += separator + values(of: row, &lists)
            separator = ",\n"
        }
        for name in fleet.absent {
            stream += separator + values(ofMissing: name, &lists)
            separator = ",\n"
        }
        stream += "],\n\"texts\":["
        for (index, text) in lists.texts.values.enumerated() {
            stream += index == 0 ? "" : ","
            // Versions are separated by line feeds; no version contains one.
            let shown = text.split(byte: "\n", omittingEmpty: false).map(\.shown)
            stream += Self.json(shown.joined(separator: "\n"))
        }
        stream += "],\n\"findings\":["
        for (index, list) in lists.findings.values.enumerated() {
            stream += index == 0 ? "" : ",\n"
            let rows = list.map { finding in
                JSONValue.strings(FindingField.allCases.map { $0.text(of: finding).shown })
            }
            stream += JSONValue.array(rows).renderedOnOneLine.jsonInHTML
        }
        stream += "],\n\"vulnerabilities\":["
        let known = summary.versions.map(\.version)
            .filter { fleet.facts(of: $0)?.vulnerabilities?.isEmpty == false }
        for (index, version) in known.enumerated() {
            let ids = fleet.facts(of: version)?.vulnerabilities ?? []
            let names = ids + ids.flatMap { fleet.judgement.vulnerabilities[$0]?.aliases ?? [] }
            stream += index == 0 ? "" : ",\n"
            stream +=
                JSONValue.object([
                    .init("version", .string(version.description.shown)),
                    .init("names", .string(names.joined(separator: " ").shown)),
                ]).renderedOnOneLine.jsonInHTML
        }
        stream += "]}"
    }

    /// The field names and all words that the script displays, which has none of its own.
    private static var vocabulary: [(String, JSONValue)] {
        let durations = Words.durations.map { step in
            JSONValue.object([
                .init("from", .integer(step.from)), .init("unit", .integer(step.unit ?? 0)),
                .init("words", .string(step.words)),
            ])
        }
        return [
            ("fields", .array(HostField.allCases.map(\.document))),
            ("findingFields", .strings(FindingField.allCases.map(\.rawValue))),
            (
                "words",
                .object(
                    words.map { list in
                        JSONValue.Member(list.column, .array(list.words.map(\.document)))
                    }
                )
            ),
            ("durations", .array(durations)),
        ]
    }

    private func values(of row: HostRow, _ lists: inout Lists) -> String {
        let values = HostField.allCases.map { field -> String in
            switch field {
            case .name: Self.json(row.name.shown)
            case .id: "\"\(row.id)\""
            case .state: lists.index(of: fleet.state(of: row).rawValue)
            case .go: lists.index(of: row.active("go") ?? "")
            case .others: lists.index(of: otherVersions(row))
            case .support: lists.index(of: fleet.support(of: row).rawValue)
            case .vulns: fleet.vulnerabilityCount(of: row).map(String.init) ?? "null"
            case .debug: lists.index(of: row.ability.rawValue)
            case .platform: lists.index(of: platform(row))
            case .age: String(fleet.ages.age(of: row))
            case .ring: lists.index(of: (row.ring ?? "").shown)
            case .drift: lists.index(of: row.driftState.rawValue)
            case .published:
                lists.index(of: row.goVersions.isEmpty ? "" : row.published.rawValue)
            case .versions:
                lists.index(of: row.uses.map(\.version.description.shown).joined(separator: "\n"))
            case .findings: lists.index(of: fleet.findings(of: row))
            case .identity: lists.index(of: identity(row))
            }
        }
        return "[\(values.joined(separator: ","))]"
    }

    private func values(ofMissing name: String, _ lists: inout Lists) -> String {
        let values = HostField.allCases.map { field -> String in
            switch field {
            case .name: Self.json(name.shown)
            case .id: "\"\""
            case .state: lists.index(of: HostRow.State.missing.rawValue)
            case .support: lists.index(of: Support.State.unknown.rawValue)
            case .debug: lists.index(of: HostReport.DebugReadiness.Ability.unknown.rawValue)
            case .drift: lists.index(of: Drift.State.unknown.rawValue)
            case .published: lists.index(of: PublishedState.State.unknown.rawValue)
            case .vulns, .age: "null"
            case .findings: lists.index(of: [fleet.inputs.absence(of: name)])
            case .go, .others, .platform, .ring, .versions, .identity: lists.index(of: "")
            }
        }
        return "[\(values.joined(separator: ","))]"
    }

    private static func json(_ text: String) -> String {
        JSONValue.string(text).renderedOnOneLine.jsonInHTML
    }
}

/// Values that hosts share, each stored once.
private struct Lists {
    var texts = IndexedValues<String>()
    var findings = IndexedValues<[HostRow.Finding]>()

    mutating func index(of text: String) -> String { String(texts.index(of: text)) }

    mutating func index(of list: [HostRow.Finding]) -> String { String(findings.index(of: list)) }
}

/// Distinct values in order of first use.
private struct IndexedValues<Value: Hashable> {
    private(set) var values: [Value] = []
    private var known: [Value: Int] = [:]

    mutating func index(of value: Value) -> Int {
        if let index = known[value] { return index }
        known[value] = values.count
        values.append(value)
        return values.count - 1
    }
}
