internal import HostInspection
internal import Provisioning
internal import ToolchainCore

/// How a host stands by `status`, in one sentence, with the command to run next.
struct StatusSummary {
    /// Something in the store.
    struct Entry {
        enum Condition {
            case usable
            case foreign
            case incomplete
            case damaged
            case halfRemoved
            case unknown
        }

        let name: String
        /// The version of a Go; nil for a tool.
        let version: GoVersion?
        let condition: Condition
    }

    /// Where the requests come from, which decides what `ensure` has to be given.
    enum Source {
        case arguments([String])
        /// A manifest, and its path where `--manifest` named it.
        case manifest(named: String?)
        /// Requests that any newer version meets, which `ensure` does not know: it gets exact versions.
        case minimum
    }

    var entries: [Entry] = []
    /// The version that `use` selected.
    var selected: GoVersion?
    /// Whether `go` on PATH runs the selected version; nil if that is unknown, as behind a shim.
    var isSelectedOnPath: Bool? = true
    /// How many usable Go installations are not gotoolprov's.
    var foreignCount = 0
    /// What `ensure` would do for each request.
    var steps: [Alignment] = []
    var source = Source.manifest(named: nil)

    /// The sentence.
    var sentence: String {
        guard !steps.isEmpty else { return problem ?? versions }
        let requests = Self.grouped(steps)
        let total = requests.count
        func share(_ count: Int) -> String {
            total == 1 ? "the request" : "\(count) of \(total) requests"
        }
        let blocked = requests.count { $0.contains { $0.action == .blocked } }
        if blocked > 0 { return "\(share(blocked)) cannot be met; see the reason above" }
        let unmet = requests.count { $0.contains { $0.action != .keep } }
        guard unmet == 0 else {
            return "\(share(unmet)) \(unmet == 1 ? "is" : "are") not met; run `\(command)`"
        }
        let met =
            switch total {
            case 1: "the request is met"
            case 2: "both requests are met"
            default: "all \(total) requests are met"
            }
        return met + (problem.map { ", but \($0)" } ?? "")
    }

    /// Whether nothing is missing or damaged.
    var isGood: Bool {
        guard steps.isEmpty else {
            return problem == nil && steps.allSatisfy { $0.action == .keep }
        }
        return problem == nil && selected != nil && isSelectedOnPath == true
            && installed.contains { $0 == selected }
    }

    // MARK: Parts

    /// The Go versions of gotoolprov's that can be used.
    private var installed: [GoVersion] {
        entries.filter { $0.condition == .usable }.compactMap(\.version)
    }

    /// What is wrong with installations.
    private var problem: String? {
        let broken = entries.filter {
            switch $0.condition {
            case .incomplete, .damaged, .halfRemoved: true
            case .usable, .foreign, .unknown: false
            }
        }
        guard let first = broken.first else { return nil }
        let name = ShellQuoting.word(first.name)
        let advice =
            switch first.condition {
            case .incomplete: "run `gotoolprov verify --repair \(name)`"
            case .halfRemoved: "run `gotoolprov remove \(name)`"
            case .damaged, .usable, .foreign, .unknown: "see the reason above"
            }
        let count = broken.count == 1 ? "1 installation is" : "\(broken.count) installations are"
        return "\(count) incomplete or damaged; \(advice)"
    }

    /// Which Go versions there are, and which is the default.
    private var versions: String {
        guard let newest = installed.max() else {
            let others =
                switch foreignCount {
                case 0: "no Go is installed"
                case 1: "gotoolprov has installed no Go, and 1 other Go was found"
                default: "gotoolprov has installed no Go, and \(foreignCount) others were found"
                }
            return "\(others); run `gotoolprov ensure go@latest`"
        }
        let count =
            installed.count == 1
            ? "1 Go version is installed" : "\(installed.count) Go versions are installed"
        guard let selected else {
            let advice = "run `gotoolprov use \(newest.toolchainName)`"
            return "\(count), and none is the default; \(advice)"
        }
        let name = selected.toolchainName
        guard installed.contains(selected) else {
            return "the default \(name) is not installed; run `gotoolprov ensure \(name)`"
        }
        switch isSelectedOnPath {
        case true?: return "\(name) is the default, and \(count)"
        case false?:
            return "\(name) is the default, but `go` on PATH is not it; run `gotoolprov doctor`"
        case nil: return "\(name) is the default, but what `go` on PATH runs is unknown"
        }
    }

    /// The command that meets the requests.
    private var command: String {
        let words: [String] =
            switch source {
            case .arguments(let specs): specs
            case .manifest(let path): path.map { ["--manifest", $0] } ?? []
            case .minimum:
                steps.compactMap { step in
                    step.version.map { step.tool == "go" ? "go\($0)" : "\(step.tool)@\($0)" }
                }
            }
        return (["gotoolprov ensure"] + words.map(ShellQuoting.word)).joined(separator: " ")
    }

    /// The steps of each request: a tool may have one for each Go.
    private static func grouped(_ steps: [Alignment]) -> [[Alignment]] {
        var groups: [[Alignment]] = []
        for step in steps {
            let index = groups.firstIndex {
                $0[0].tool == step.tool && $0[0].request == step.request
            }
            if let index { groups[index].append(step) } else { groups.append([step]) }
        }
        return groups
    }
}

extension StatusSummary.Entry {
    init(_ entry: Installed<Installation>) {
        let condition: Condition =
            switch entry.state {
            case .installed: .usable
            case .foreign: .foreign
            case .incomplete: .incomplete
            case .damaged: .damaged
            case .halfRemoved: .halfRemoved
            case .unknown: .unknown
            }
        self.init(name: entry.name, version: entry.goVersion, condition: condition)
    }
}
