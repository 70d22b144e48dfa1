import TestSupport
import Testing
import ToolchainCore

@testable import Provisioning

/// Which version a request selects from catalogs, the official list and log proofs, and what names it.
@Suite(.unitLimit)
struct GoSelectionTests {
    /// A host on which the official list names go1.28.0, and a proof go1.29.1.
    static func host(having installed: [String] = []) throws -> GoPlannerTests.Host {
        var host = try GoPlannerTests.Host(having: installed)
        let time = try #require(UTCTime("2026-11-28T10:00:00Z"))
        host.named = [
            "1.28.0": .officialList(time), "1.29.1": .proof(directory: "/srv/go"),
        ]
        host.logEvidence = .archives([
            UnpinnedArchive(place: .file("/m/x"), mirror: "/m", evidence: .proof)
        ])
        return host
    }

    @Test(
        arguments: [
            (["go1.28"], [], ["1.28.0 tree by log from official list of 2026-11-28"]),
            (["go@1.28"], [], ["1.28.0 tree by log from official list of 2026-11-28"]),
            (["go@latest"], [], ["1.29.1 tree by log from log proof in /srv/go"]),
            (["go>=1.28"], [], ["1.29.1 tree by log from log proof in /srv/go"]),
            (["oldstable"], [], ["1.28.0 tree by log from official list of 2026-11-28"]),
            (["go1.28"], ["1.28.0"], ["1.28.0 nothing from official list of 2026-11-28"]),
            // An installed version satisfies a minimum, whatever is newer.
            (["go>=1.22"], ["1.27.3"], ["1.27.3 nothing"]),
            (["go1.27"], [], ["1.27.3 tree"]), (["go1.28rc"], [], ["1.28rc1 tree"]),
            // Nothing has to name an exact version.
            (["go1.28.0"], [], ["1.28.0 tree by log"]),
        ] as [([String], [String], [String])]
    )
    func `a request selects the newest version that anything names`(
        requests: [String],
        installed: [String],
        steps: [String]
    ) throws {
        #expect(try Self.host(having: installed).steps(requests) == steps)
    }

    @Test func `offline, an archive with a proof on this host is selected`() throws {
        var host = try Self.host()
        host.mayAskServers = false
        host.local = ["1.29.1", "1.27.3"]
        #expect(
            try host.steps(["go@latest"]) == ["1.29.1 tree by log from log proof in /srv/go"]
        )
        host.local = ["1.27.3"]
        #expect(try host.steps(["go@latest"]) == ["1.27.3 tree for 1.29.1"])
    }

    @Test func `only exact requests and satisfied minimums depend on installed versions alone`()
        throws
    {
        let planner = try Self.host(having: ["1.27.3"]).planner
        for (text, expected) in [
            ("go1.28.0", false), ("go>=1.22", false), ("go>=1.28", true), ("go1.27", true),
            ("go@latest", true), ("oldstable", true), ("go1.28rc", true),
        ] {
            #expect(try planner.readsKnown(GoPlannerTests.request(text)) == expected, "\(text)")
        }
    }

    // MARK: The cooldown

    /// A host on which go1.28.0 is 4 days old, go1.27.3 51, and go1.29.1 of unknown age.
    static func coolingHost(
        _ days: Int,
        having installed: [String] = []
    ) throws -> GoPlannerTests.Host {
        var host = try host(having: installed)
        host.cooldownDays = days
        host.released = [
            "1.28.0": "2026-11-24", "1.27.3": "2026-10-08", "1.21.13": "2024-08-06",
            "1.21.0": "2023-08-08", "1.20.14": "2024-02-06",
        ]
        return host
    }

    @Test(
        arguments: [
            (4, "go1.28", ["1.28.0 tree by log from official list of 2026-11-28"]),
            (5, "go1.28", ["unavailable"]), (51, "go1.27", ["1.27.3 tree"]),
            (52, "go1.27", ["unavailable"]), (5, "go1.28.0", ["1.28.0 tree by log"]),
            (
                4, "go@latest",
                ["1.28.0 tree by log from official list of 2026-11-28 before 1.29.1"]
            ),
            (5, "go@latest", ["1.27.3 tree before 1.29.1"]),
            // The line is that of the releases that are old enough.
            (5, "oldstable", ["1.21.13 tree before 1.28.0 of 2026-11-29"]),
            (3650, "go@latest", ["unavailable"]), (3650, "go1.26", ["integrity"]),
        ] as [(Int, String, [String])]
    )
    func `a young release is skipped unless it is named`(
        days: Int,
        request: String,
        steps: [String]
    ) throws {
        #expect(try Self.coolingHost(days).steps([request]) == steps)
    }

    @Test func `an installed version is selected whatever its age`() throws {
        let host = try Self.coolingHost(5, having: ["1.28.0"])
        #expect(
            try host.steps(["go1.28"]) == ["1.28.0 nothing from official list of 2026-11-28"]
        )
    }

    @Test func `offline, a young release is skipped, too`() throws {
        var host = try Self.coolingHost(5)
        host.mayAskServers = false
        host.local = ["1.28.0", "1.21.13"]
        #expect(try host.steps(["go@latest"]) == ["1.21.13 tree for 1.27.3 before 1.29.1"])
    }

    @Test(
        arguments: [
            (5, "go1.28", "allowed from: 2026-11-29: go1.28.0", "`gotoolprov ensure go1.28.0`"),
            // The one that is allowed first.
            (3650, "go@latest", "allowed from: 2033-08-05: go1.21.0", "ensure go1.21.0`"),
            (5, "go1.29", "release date: unknown", "ensure go1.29.1`"),
        ]
    )
    func `if all are too young, the first day is named`(
        days: Int,
        request: String,
        fact: String,
        hint: String
    ) throws {
        let planner = try Self.coolingHost(days).planner
        let error = #expect(throws: Failure.self) {
            try planner.selection(for: GoPlannerTests.request(request))
        }
        let failure = try #require(error)
        #expect(
            failure.facts.map { "\($0.label): \($0.value)" } == ["cooldown: \(days) days", fact]
        )
        #expect(failure.hint?.contains(hint) == true, "\(failure)")
    }

    @Test func `remarks say what named a version and which one has to wait`() throws {
        var outcome = Outcome(
            request: "go1.28",
            installation: .go(try #require(GoVersion("1.28.0"))),
            action: .installed,
            path: "/sdk",
            launcherPath: "/bin/go1.28.0",
            source: .builtInCatalog(CalendarDay("2026-11-28"))
        )
        #expect(
            outcome.remarks(isOffline: true) == [
                "`go1.28` is go1.28.0: catalog of 2026-11-28; offline, newer ones are unknown"
            ]
        )
        outcome.source = .catalog(path: "/c.json")
        outcome.cooling = CoolingGo(
            version: try #require(GoVersion("1.28.1")),
            allowedFrom: CalendarDay("2026-12-01")
        )
        #expect(
            outcome.remarks(isOffline: false) == [
                "`go1.28` is go1.28.0: catalog /c.json",
                "go1.28.1 also matches `go1.28`, but is younger than the cooldown: it is selected"
                    + " from 2026-12-01",
            ]
        )
        #expect(outcome.document.rendered.contains(#""selectedBy": "catalog /c.json""#))
        #expect(outcome.document.rendered.contains(#""allowedFrom": "2026-12-01""#))
    }
}
