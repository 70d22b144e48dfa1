internal import ToolchainCore

/// Labels of the page, each with the CSS class that sets its color.
extension FleetPage {
    /// A value in the data with the label that the page displays.
    struct Word: Hashable, Sendable {
        /// The value in the data.
        let name: String
        /// The label on the page.
        let label: String
        /// The CSS class: `good`, `warn`, `bad`, `none` or `plain`.
        let tone: String

        var document: JSONValue {
            .object([
                .init("name", .string(name)), .init("label", .string(label)),
                .init("tone", .string(tone)),
            ])
        }
    }

    /// States, worst first.
    static let severity: [HostRow.State] = [
        .failed, .drifted, .flawed, .missing, .stale, .unknown, .ok,
    ]

    /// The labels of each column that has a fixed set of values.
    ///
    /// The table sorts by this order, worst first. No column sorts by kind of finding.
    static let words: [(column: String, words: [Word])] = [
        (HostField.state.rawValue, stateWords), (HostField.support.rawValue, supportWords),
        (HostField.debug.rawValue, debugWords), ("kind", kindWords),
    ]

    private static let stateWords: [Word] = severity.map { state in
        Word(name: state.rawValue, label: state.rawValue, tone: tone(of: state))
    }

    private static let supportWords: [Word] = {
        let states: [Support.State] = [.eol, .unknown, .prerelease, .supported]
        return states.map { state in
            Word(name: state.rawValue, label: Words.support(state), tone: tone(of: state))
        }
    }()

    private static let debugWords: [Word] = {
        let abilities: [HostReport.DebugReadiness.Ability] = [
            .no, .unknown, .rootOnly, .childOnly, .yes,
        ]
        return abilities.map { ability in
            Word(name: ability.rawValue, label: Words.ability(ability), tone: tone(of: ability))
        }
    }()

    private static let kindWords: [Word] = HostRow.Finding.Kind.allCases.map { kind in
        Word(name: kind.rawValue, label: kind.rawValue, tone: tone(of: kind))
    }

    static func tone(of state: HostRow.State) -> String {
        switch state {
        case .ok: "good"
        case .drifted, .stale, .missing: "warn"
        case .failed, .flawed: "bad"
        case .unknown: "none"
        }
    }

    static func tone(of state: Support.State) -> String {
        switch state {
        case .supported: "good"
        case .eol: "bad"
        case .prerelease: "warn"
        case .unknown: "none"
        }
    }

    static func tone(of ability: HostReport.DebugReadiness.Ability) -> String {
        switch ability {
        case .yes: "good"
        case .rootOnly, .childOnly: "warn"
        case .no: "bad"
        case .unknown: "none"
        }
    }

    static func tone(of state: PublishedState.State) -> String {
        switch state {
        case .published: "good"
        case .modified: "bad"
        case .notPublished: "warn"
        case .unknown: "none"
        }
    }

    static func tone(of kind: HostRow.Finding.Kind) -> String {
        if kind.isBad { return "bad" }
        return [.foreign, .extra, .unknown, .other].contains(kind) ? "none" : "warn"
    }
}
