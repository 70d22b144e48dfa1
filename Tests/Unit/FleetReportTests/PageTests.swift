import FleetFixtures
import TestSupport
import Testing
import ToolchainCore

@testable import FleetReport

/// The script and style of the page, and the data that the script reads.
struct PageTests {
    private static func page(_ text: String = "") throws -> String {
        let fleet = try aggregate([fullReport(text), AggregateTests.report("b")]) {
            $0.expect(["gone\(text)"])
        }
        return written(fleet, as: FleetHTML(sha256: digest))
    }

    private static func dataText(of page: String) throws -> String {
        let parts = page.split(separator: #"id="data">"#, maxSplits: 1)
        guard parts.count == 2,
            let data = parts[1].split(separator: "</script>", maxSplits: 1).first
        else { throw SupportError("the page has no data") }
        return String(data)
    }

    private static func data(of page: String) throws -> JSONNode {
        try JSONReader.read(Array(dataText(of: page).utf8), dialect: .strict)
    }

    private static func words(_ column: String) throws -> [FleetPage.Word] {
        let list = try data(of: page())["words"]?[column]
        return try #require(list).elements.map { word in
            FleetPage.Word(
                name: try #require(word["name"]?.text),
                label: try #require(word["label"]?.text),
                tone: try #require(word["tone"]?.text)
            )
        }
    }

    // MARK: Words

    @Test func `the data has every state, worst first`() throws {
        let states: [HostRow.State] = [
            .failed, .drifted, .flawed, .missing, .stale, .unknown, .ok,
        ]
        #expect(Set(states) == Set(HostRow.State.allCases))
        let expected = states.map { state in
            FleetPage.Word(
                name: state.rawValue,
                label: state.rawValue,
                tone: FleetPage.tone(of: state)
            )
        }
        #expect(try Self.words("state") == expected)
        #expect(FleetPage.severity == states)
    }

    @Test func `the data has every label for support, worst first`() throws {
        let words = try Self.words("support")
        #expect(words.map(\.name) == ["eol", "unknown", "prerelease", "supported"])
        let expected = Support.State.allCases.map { state in
            FleetPage.Word(
                name: state.rawValue,
                label: Words.support(state),
                tone: FleetPage.tone(of: state)
            )
        }
        #expect(Set(words) == Set(expected))
    }

    @Test func `the data has every label for debugging, worst first`() throws {
        let words = try Self.words("debug")
        #expect(words.map(\.name) == ["no", "unknown", "root-only", "child-only", "yes"])
        let expected = HostReport.DebugReadiness.Ability.allCases.map { ability in
            FleetPage.Word(
                name: ability.rawValue,
                label: Words.ability(ability),
                tone: FleetPage.tone(of: ability)
            )
        }
        #expect(Set(words) == Set(expected))
    }

    @Test func `the data has every kind of finding`() throws {
        let expected = HostRow.Finding.Kind.allCases.map { kind in
            FleetPage.Word(
                name: kind.rawValue,
                label: kind.rawValue,
                tone: FleetPage.tone(of: kind)
            )
        }
        #expect(try Self.words("kind") == expected)
    }

    @Test func `the data has the units of durations, longest first`() throws {
        let steps = try #require(try Self.data(of: Self.page())["durations"]).elements
        let froms = Words.durations.map { $0.from }
        #expect(steps.compactMap { $0["words"]?.text } == Words.durations.map { $0.words })
        #expect(steps.compactMap { $0["from"]?.number } == froms)
        #expect(steps.compactMap { $0["unit"]?.number } == Words.durations.map { $0.unit ?? 0 })
        #expect(froms == froms.sorted(by: >))
        #expect(Words.durations.last?.from == 0)
    }

    @Test(arguments: [
        (-1, "less than a minute"), (0, "less than a minute"), (59, "less than a minute"),
        (60, "a minute"), (119, "a minute"), (120, "2 minutes"), (7199, "119 minutes"),
        (7200, "2 hours"), (172_799, "47 hours"), (172_800, "2 days"), (9_999_999, "115 days"),
    ])
    func `a duration is in the largest unit that it contains twice`(seconds: Int, words: String) {
        #expect(Words.duration(seconds) == words)
    }

    @Test func `the script contains no labels`() {
        let code = FleetPage.script.split(separator: "\n")
            .filter { !$0.drop { $0 == " " }.hasPrefix("//") }
            .joined(separator: "\n")
        let names = code.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
        // The script names the fields of a host, and one of them is also a kind of finding.
        let fields = FleetPage.HostField.allCases
        let allowed = Set(fields.map(\.rawValue))
        var words = Set(
            FleetPage.words.flatMap { $0.words.flatMap { [$0.name, $0.label, $0.tone] } }
        )
        words.formUnion(Words.durations.map { $0.words })
        words.formUnion(fields.compactMap(\.title))
        words.formUnion(fields.compactMap(\.empty))
        words.formUnion(Drift.State.allCases.flatMap { [$0.rawValue, Words.drift($0)] })
        let tokens = Set(names.map { String($0) })
        let found = words.subtracting(allowed)
            .filter { tokens.contains($0) || $0.contains(" ") && code.contains($0) }
        #expect(found == [])
        #expect(words.contains("end of life") && tokens.contains("vulns"))
    }

    // MARK: Values

    @Test func `the data names the fields of a host`() throws {
        let data = try Self.data(of: Self.page())
        let columns = try #require(data["fields"]).elements
        let names = columns.compactMap { $0["name"]?.text }
        #expect(names == FleetPage.HostField.allCases.map(\.rawValue))
        let hosts = try #require(data["hosts"]).elements
        #expect(hosts.map { $0.elements.count } == [16, 16, 16])
        func value(_ field: FleetPage.HostField, of host: JSONNode) throws -> JSONNode? {
            let place = try #require(names.firstIndex(of: field.rawValue))
            let value = host.elements[place]
            guard let list = columns[place]["list"]?.text else { return value }
            let index = try #require(value.number)
            return data[list]?.elements[index]
        }
        let missing = try #require(hosts.last)
        #expect(try value(.name, of: missing)?.text == "gone")
        #expect(try value(.state, of: missing)?.text == "missing")
        #expect(try value(.support, of: missing)?.text == "unknown")
        #expect(try value(.debug, of: missing)?.text == "unknown")
        #expect(try value(.drift, of: missing)?.text == "unknown")
        #expect(try value(.vulns, of: missing)?.isNull == true)
        #expect(try value(.age, of: missing)?.isNull == true)
        #expect(try value(.identity, of: missing)?.text == "")
        let findings = try #require(try value(.findings, of: missing)).elements
        let kinds = findings.compactMap { $0.elements.first?.text }
        #expect(kinds == ["unreported"])
        let plain = hosts[1]
        #expect(try value(.name, of: plain)?.text == "host-b")
        #expect(try value(.go, of: plain)?.text == "1.27.2")
        #expect(try value(.debug, of: plain)?.text == "yes")
        #expect(try value(.age, of: plain)?.number == 60)
        #expect(try value(.versions, of: plain)?.text == "go1.27.2")
    }

    // MARK: Files and escaping

    @Test func `the page's files are embedded unchanged and end no element`() throws {
        for (name, text, end) in [
            ("page.js", FleetPage.script, "</script"), ("page.css", FleetPage.style, "</style"),
            ("page.html", FleetPage.template, "{{"),
        ] {
            #expect(
                try bytes(of: "\(packageDirectory)/Sources/CFleetPage/\(name)") == Array(text.utf8),
                "\(name)"
            )
            #expect(!text.lowercased().contains(end), "\(name)")
            #expect(!text.contains("<!--"), "\(name)")
            // A browser would read CR as a line feed, so the digest would differ.
            #expect(!text.utf8.contains(0x0D), "\(name)")
        }
    }

    @Test func `the template has every placeholder once, and the title twice`() {
        var counts: [String: Int] = [:]
        for part in FleetPage.template.split(separator: "{").dropFirst() {
            counts[String(part.prefix { $0 != "}" }), default: 0] += 1
        }
        let expected = FleetHTML.Slot.allCases.map { ($0.rawValue, $0 == .title ? 2 : 1) }
        #expect(counts == Dictionary(uniqueKeysWithValues: expected))
    }

    @Test func `a report cannot contain a placeholder of the template`() throws {
        let page = try Self.page("{script}")
        #expect(page.contains("dev-a{script}"))
        #expect(page.split(separator: "\"use strict\"").count == 2)
    }

    @Test func `the policy allows the script and the style of the page`() throws {
        let page = try Self.page()
        for (element, policy, text) in [
            ("script", "script-src", FleetPage.script), ("style", "style-src", FleetPage.style),
        ] {
            #expect(page.contains("<\(element)>\(text)</\(element)>"), "\(element)")
            let source = "sha256-\(Base64.encoded(digest(Array(text.utf8)).bytes))"
            #expect(page.contains("\(policy) '\(source)'"), "\(element)")
        }
    }

    @Test func `no text of a report ends the data element`() throws {
        let page = try Self.page("</script><!--<script>&\u{2028}")
        let text = try Self.dataText(of: page)
        #expect(text.contains(#"\u003c/script\u003e\u003c!--\u003cscript\u003e\u0026"#))
        #expect(!text.utf8.contains { "<>&".utf8.contains($0) })
        #expect(try Self.data(of: page)["hosts"]?.elements.count == 3)
    }
}

extension JSONNode {
    fileprivate subscript(key: String) -> JSONNode? {
        guard case .object(let members) = content else { return nil }
        return members.first { $0.key == key }?.value
    }

    fileprivate var elements: [JSONNode] {
        if case .array(let elements) = content { elements } else { [] }
    }

    fileprivate var text: String? {
        if case .string(let text) = content { text } else { nil }
    }

    fileprivate var isNull: Bool {
        if case .null = content { true } else { false }
    }

    fileprivate var number: Int? {
        if case .number(let digits) = content { Int(digits) } else { nil }
    }
}
