internal import ToolchainCore

/// The data that the page's script shows, sorts and filters.
extension FleetPage {
    /// What the data says of a host, in this order.
    ///
    /// The data begins with these names, so the script knows no positions.
    enum HostField: String, CaseIterable {
        case name, id, state, go, others, support, vulns, debug, platform, age, ring, drift
        case versions, findings, identity

        /// The list in the data that the value is a place in; nil where it is the value itself.
        var list: String? {
            switch self {
            case .name, .id, .vulns, .age: nil
            case .findings: "findings"
            case .state, .go, .others, .support, .debug, .platform, .ring, .drift, .versions,
                .identity:
                "texts"
            }
        }

        /// The heading of its column of the table; nil for what has no column.
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
            case .id, .others, .ring, .drift, .versions, .findings, .identity: nil
            }
        }

        /// What its column shows without a value.
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

    /// What the data says of a finding, in this order.
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

    /// Writes all hosts as lists of numbers, most of which are places in a list of texts, so that a
    /// page of a hundred thousand hosts stays small.
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
            // Versions are told apart by line feeds; each has none in it.
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

    /// The names of the values and what the script needs to show them: it has no words of its own.
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
            case .state: lists.place(of: fleet.state(of: row).rawValue)
            case .go: lists.place(of: row.active("go") ?? "")
            case .others: lists.place(of: otherVersions(row))
            case .support: lists.place(of: fleet.support(of: row).rawValue)
            case .vulns: fleet.vulnerabilityCount(of: row).map(String.init) ?? "null"
            case .debug: lists.place(of: row.ability.rawValue)
            case .platform: lists.place(of: platform(row))
            case .age: String(fleet.ages.age(of: row))
            case .ring: lists.place(of: (row.ring ?? "").shown)
            case .drift: lists.place(of: row.driftState.rawValue)
            case .versions:
                lists.place(of: row.uses.map(\.version.description.shown).joined(separator: "\n"))
            case .findings: lists.place(of: fleet.findings(of: row))
            case .identity: lists.place(of: identity(row))
            }
        }
        return "[\(values.joined(separator: ","))]"
    }

    private func values(ofMissing name: String, _ lists: inout Lists) -> String {
        let values = HostField.allCases.map { field -> String in
            switch field {
            case .name: Self.json(name.shown)
            case .id: "\"\""
            case .state: lists.place(of: HostRow.State.missing.rawValue)
            case .support: lists.place(of: Support.State.unknown.rawValue)
            case .debug: lists.place(of: HostReport.DebugReadiness.Ability.unknown.rawValue)
            case .drift: lists.place(of: Drift.State.unknown.rawValue)
            case .vulns, .age: "null"
            case .findings: lists.place(of: [fleet.inputs.absence(of: name)])
            case .go, .others, .platform, .ring, .versions, .identity: lists.place(of: "")
            }
        }
        return "[\(values.joined(separator: ","))]"
    }

    private static func json(_ text: String) -> String {
        JSONValue.string(text).renderedOnOneLine.jsonInHTML
    }
}

/// What several hosts have in common, each once.
private struct Lists {
    var texts = Places<String>()
    var findings = Places<[HostRow.Finding]>()

    mutating func place(of text: String) -> String { String(texts.place(of: text)) }

    mutating func place(of list: [HostRow.Finding]) -> String { String(findings.place(of: list)) }
}

/// Values in the order in which they were met, each once.
private struct Places<Value: Hashable> {
    private(set) var values: [Value] = []
    private var known: [Value: Int] = [:]

    mutating func place(of value: Value) -> Int {
        if let place = known[value] { return place }
        known[value] = values.count
        values.append(value)
        return values.count - 1
    }
}
