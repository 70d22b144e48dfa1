import HostInspection
import TestSupport
import Testing
import ToolchainCore

@testable import ProvisionerCLI

/// The last line of `status`.
@Suite(.unitLimit)
struct StatusSummaryTests {
    static func go(
        _ text: String,
        _ condition: StatusSummary.Entry.Condition = .usable
    ) throws -> StatusSummary.Entry {
        let version = try #require(GoVersion(text))
        return StatusSummary.Entry(name: "go\(text)", version: version, condition: condition)
    }

    static let delve = StatusSummary.Entry(
        name: "dlv1.25.0-go1.27.3",
        version: nil,
        condition: .usable
    )

    static func step(
        _ action: Alignment.Action,
        _ request: String,
        tool: String = "go",
        version: String? = "1.27.3"
    ) -> Alignment {
        Alignment(
            tool: tool,
            request: request,
            source: "arguments",
            action: action,
            version: version,
            reason: "reason"
        )
    }

    // MARK: Without requests

    @Test func `a host without Go is offered one`() {
        var summary = StatusSummary(entries: [Self.delve])
        #expect(summary.sentence == "no Go is installed; run `gotoolprov ensure go@latest`")
        #expect(!summary.isGood)
        summary.foreignCount = 1
        #expect(summary.sentence.hasPrefix("gotoolprov has installed no Go, and 1 other Go was "))
        summary.foreignCount = 2
        #expect(
            summary.sentence
                == "gotoolprov has installed no Go, and 2 others were found;"
                + " run `gotoolprov ensure go@latest`"
        )
    }

    @Test func `without a default, the newest version is offered`() throws {
        var summary = StatusSummary(entries: [try Self.go("1.9.7")])
        #expect(
            summary.sentence
                == "1 Go version is installed, and none is the default;"
                + " run `gotoolprov use go1.9.7`"
        )
        summary.entries += [try Self.go("1.27.3"), Self.delve, try Self.go("1.28.0", .foreign)]
        #expect(
            summary.sentence
                == "2 Go versions are installed, and none is the default;"
                + " run `gotoolprov use go1.27.3`"
        )
        #expect(!summary.isGood)
    }

    @Test func `the default is named, unless it is gone or PATH has another`() throws {
        var summary = StatusSummary(entries: [try Self.go("1.27.3"), try Self.go("1.26.1")])
        summary.selected = GoVersion("1.27.3")
        #expect(summary.sentence == "go1.27.3 is the default, and 2 Go versions are installed")
        #expect(summary.isGood)
        summary.isSelectedOnPath = false
        #expect(
            summary.sentence
                == "go1.27.3 is the default, but `go` on PATH is not it; run `gotoolprov doctor`"
        )
        #expect(!summary.isGood)
        summary.isSelectedOnPath = nil
        #expect(
            summary.sentence == "go1.27.3 is the default, but what `go` on PATH runs is unknown"
        )
        #expect(!summary.isGood)
        summary.selected = GoVersion("1.25.0")
        #expect(
            summary.sentence
                == "the default go1.25.0 is not installed; run `gotoolprov ensure go1.25.0`"
        )
        #expect(!summary.isGood)
    }

    @Test(arguments: [
        (
            StatusSummary.Entry.Condition.incomplete,
            "run `gotoolprov verify --repair go1.26.1`"
        ),
        (.halfRemoved, "run `gotoolprov remove go1.26.1`"), (.damaged, "see the reason above"),
    ])
    func `what is damaged comes before everything else`(
        condition: StatusSummary.Entry.Condition,
        advice: String
    ) throws {
        var summary = StatusSummary(entries: [try Self.go("1.27.3")])
        summary.entries.append(try Self.go("1.26.1", condition))
        summary.selected = GoVersion("1.27.3")
        #expect(summary.sentence == "1 installation is incomplete or damaged; \(advice)")
        summary.entries.append(try Self.go("1.25.1", .damaged))
        #expect(summary.sentence == "2 installations are incomplete or damaged; \(advice)")
        #expect(!summary.isGood)
    }

    // MARK: With requests

    @Test(arguments: [
        (1, "the request is met"), (2, "both requests are met"), (3, "all 3 requests are met"),
    ])
    func `requests that are met need nothing`(count: Int, sentence: String) throws {
        var summary = StatusSummary()
        summary.steps = ["go1.27", "go1.26", "go1.25"].prefix(count).map { Self.step(.keep, $0) }
        #expect(summary.sentence == sentence)
        #expect(summary.isGood)
        summary.entries = [try Self.go("1.20.1", .incomplete)]
        #expect(
            summary.sentence
                == "\(sentence), but 1 installation is incomplete or damaged;"
                + " run `gotoolprov verify --repair go1.20.1`"
        )
        #expect(!summary.isGood)
    }

    @Test(arguments: [Alignment.Action.install, .upgrade, .repair, .sideBySide])
    func `ensure gets the words of the command line`(action: Alignment.Action) {
        var summary = StatusSummary(
            steps: [Self.step(action, "go>=1.27"), Self.step(.keep, "dlv", tool: "dlv")],
            source: .arguments(["go>=1.27", "dlv"])
        )
        #expect(
            summary.sentence
                == "1 of 2 requests is not met; run `gotoolprov ensure 'go>=1.27' dlv`"
        )
        summary.steps.removeLast()
        summary.source = .arguments(["go@latest"])
        #expect(summary.sentence == "the request is not met; run `gotoolprov ensure go@latest`")
        #expect(!summary.isGood)
    }

    @Test func `a tool for several Go versions is one request`() {
        let summary = StatusSummary(
            steps: [
                Self.step(.keep, "go1.27"), Self.step(.keep, "dlv", tool: "dlv"),
                Self.step(.install, "dlv", tool: "dlv", version: "1.20.0"),
                Self.step(.install, "gopls", tool: "gopls"),
            ]
        )
        #expect(summary.sentence == "2 of 3 requests are not met; run `gotoolprov ensure`")
    }

    @Test func `a manifest that was named is named again`() {
        let summary = StatusSummary(
            steps: [Self.step(.install, "go1.27")],
            source: .manifest(named: "my team.json")
        )
        #expect(
            summary.sentence
                == "the request is not met; run `gotoolprov ensure --manifest 'my team.json'`"
        )
    }

    @Test func `a minimum is met by the exact versions of the plan`() {
        let summary = StatusSummary(
            steps: [
                Self.step(.install, "go1.24"),
                Self.step(.install, "dlv", tool: "dlv", version: "1.25.0"),
            ],
            source: .minimum
        )
        #expect(
            summary.sentence
                == "2 of 2 requests are not met; run `gotoolprov ensure go1.27.3 dlv@1.25.0`"
        )
    }

    @Test func `a request that cannot be met has no command`() {
        var summary = StatusSummary(
            steps: [Self.step(.blocked, "go1.99"), Self.step(.install, "go1.27")]
        )
        #expect(summary.sentence == "1 of 2 requests cannot be met; see the reason above")
        summary.steps.removeLast()
        #expect(summary.sentence == "the request cannot be met; see the reason above")
        #expect(!summary.isGood)
    }
}
