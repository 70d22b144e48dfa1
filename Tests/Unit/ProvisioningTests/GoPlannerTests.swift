import TestSupport
import Testing
import ToolchainCore

@testable import Provisioning

/// The plans of `ensure` for a Go, as a table that involves no files.
@Suite(.unitLimit)
struct GoPlannerTests {
    /// The facts about a host that a plan depends on.
    struct Host {
        var trees: [String: InstallationState] = [:]
        var launchers: Set<String> = []
        var known = ["1.20.14", "1.21.0", "1.21.13", "1.27.3", "1.28rc1"]
        /// The versions that no catalog lists, and what names them.
        var named: [String: GoNameSource] = [:]
        /// The release dates that are known.
        var released: [String: String] = [:]
        var cooldownDays = 0
        var local: Set<String> = []
        var mayAskServers = true
        var policy = Provisioner.Policy()
        var digest: SHA256Digest?
        var logEvidence = LogEvidence.missing([.init("not found", "/m/x.tlog-proof")])

        /// Creates a host with these versions and their launchers installed.
        init(having versions: [String] = []) throws {
            today = try #require(CalendarDay("2026-11-28"))
            for version in versions {
                trees[version] = .installed(try GoPlannerTests.receipt(version))
                launchers.insert(version)
            }
        }

        let today: CalendarDay

        var planner: GoPlanner {
            GoPlanner(
                stock: GoStock(
                    state: { version throws(Failure) in trees[version.description] },
                    hasLauncher: { version throws(Failure) in
                        launchers.contains(version.description)
                    },
                    installed: { () throws(Failure) in
                        trees.compactMap { name, state in
                            if case .installed = state { GoVersion(name) } else { nil }
                        }
                    },
                    known: { _ throws(Failure) in
                        (known + named.keys).compactMap { name in
                            GoVersion(name).map { version in
                                KnownGo(
                                    version: version,
                                    source: named[name] ?? .builtInCatalog(nil),
                                    released: released[name].flatMap { CalendarDay($0) }
                                )
                            }
                        }
                    },
                    sources: { version, _ throws(Failure) in
                        guard known.contains(version.description) else {
                            throw Failure(.integrity, "not in any catalog")
                        }
                        return []
                    },
                    isListed: { version throws(Failure) in known.contains(version.description) },
                    logEvidence: { _ throws(Failure) in logEvidence },
                    hasLocalArchive: { local.contains($0.description) },
                    mayAskServers: mayAskServers
                ),
                platform: GoPlatform(.amd64),
                policy: policy,
                cooldown: Cooldown(days: cooldownDays, today: today),
                digest: digest,
                manifestPath: nil,
                path: { "/sdk/\($0.toolchainName)" },
                catalogHint: { nil }
            )
        }

        /// Returns each step as its version and change, or as the kind of its failure.
        func steps(_ requests: [String]) throws -> [String] {
            try planner.steps(for: requests.map(GoPlannerTests.request)).map { step in
                switch step {
                case .success(let step):
                    "\(step.version) \(step.change)"
                        + (step.isProvenByLog ? " by log" : "")
                        + (step.missing.map { " for \($0)" } ?? "")
                        + (step.source.map { $0.isCatalog ? "" : " from \($0)" } ?? "")
                        + (step.cooling.map { cooling in
                            " before \(cooling.version)"
                                + (cooling.allowedFrom.map { " of \($0)" } ?? "")
                        } ?? "")
                case .failure(let failure): "\(failure.kind)"
                }
            }
        }
    }

    static let archive = UnpinnedArchive(place: .file("/m/x"), mirror: "/m", evidence: .proof)

    static func request(_ text: String) throws -> Manifest.Request {
        Manifest.Request(text: text, version: try GoRequest(parsing: text))
    }

    static func receipt(
        _ version: String,
        for platform: GoPlatform = GoPlatform(.amd64)
    ) throws -> Receipt {
        let version = try #require(GoVersion(version))
        let digest = try #require(SHA256Digest(hexadecimal: String(repeating: "0f", count: 32)))
        return Receipt(
            of: .go(version),
            archive: PinnedArchive(
                .go(version),
                platform: platform,
                fileName: version.archiveFileName(for: platform),
                digest: digest,
                byteCount: 5,
                voucher: .builtIn
            ),
            archiveByteCount: 5,
            source: "/m",
            index: Receipt.IndexSummary(digest: digest, fileCount: 3, byteCount: 4),
            installedAt: "2026-11-23T01:02:03Z",
            installedBy: "gotoolprov 0"
        )
    }

    @Test(
        arguments: [
            (["go1.21.0"], [], ["1.21.0 tree"]), (["go1.21.0"], ["1.21.0"], ["1.21.0 nothing"]),
            (["go1.21"], ["1.21.0"], ["1.21.13 tree"]),
            (["go@latest"], ["1.27.3"], ["1.27.3 nothing"]),
            (["go>=1.21"], ["1.21.0"], ["1.21.0 nothing"]), (["go>=1.21"], [], ["1.27.3 tree"]),
            (["stable", "oldstable"], [], ["1.27.3 tree", "1.21.13 tree"]),
            (["oldstable"], ["1.21.13"], ["1.21.13 nothing"]),
            // An installed line that is in no catalog counts.
            (["oldstable"], ["1.99.1"], ["1.27.3 tree"]),
            (["go1.28rc"], [], ["1.28rc1 tree"]), (["go1.99.0"], [], ["integrity"]),
            // An unknown release line.
            (["go1.26"], [], ["integrity"]),
            // An earlier step can satisfy a later request.
            (["go1.21.13", "go>=1.20"], [], ["1.21.13 tree", "1.21.13 nothing"]),
            (["go1.99.0", "go1.21.0"], [], ["integrity", "1.21.0 tree"]),
        ] as [([String], [String], [String])]
    )
    func `each request has a step`(
        requests: [String],
        installed: [String],
        steps: [String]
    ) throws {
        #expect(try Host(having: installed).steps(requests) == steps)
    }

    @Test func `the state of a tree decides whether it is used, repaired or refused`() throws {
        var host = try Host(having: ["1.21.0"])
        host.launchers = []
        #expect(try host.steps(["go1.21.0"]) == ["1.21.0 launcher"])
        let receipt = try Self.receipt("1.21.0")
        host.trees["1.21.0"] = .incomplete(receipt, reason: "bin/go is missing")
        #expect(try host.steps(["go1.21.0"]) == ["1.21.0 repair"])
        host.trees["1.21.0"] = .halfRemoved
        #expect(try host.steps(["go1.21.0"]) == ["1.21.0 tree"])
        host.trees["1.21.0"] = .damaged(reason: "torn")
        #expect(try host.steps(["go1.21.0"]) == ["destination"])
        host.trees["1.21.0"] = .installed(try Self.receipt("1.21.0", for: GoPlatform(.arm64)))
        #expect(try host.steps(["go1.21.0"]) == ["destination"])
        for state in [InstallationState.foreign, .unknown(reason: "no marker")] {
            host.trees["1.21.0"] = state
            host.policy.adopts = false
            #expect(try host.steps(["go1.21.0"]) == ["destination"])
            host.policy.adopts = true
            #expect(try host.steps(["go1.21.0"]) == ["1.21.0 adoption"])
        }
    }

    @Test func `offline, a local version is preferred to a newer one`() throws {
        var host = try Host()
        host.mayAskServers = false
        host.local = ["1.21.0"]
        #expect(try host.steps(["go1.21"]) == ["1.21.0 tree for 1.21.13"])
        #expect(try host.steps(["go1.21.13"]) == ["1.21.13 tree"])
        // Nothing is local: the newest version is planned, and its sources report the failure.
        #expect(try host.steps(["go1.27"]) == ["1.27.3 tree"])
        host = try Host(having: ["1.27.1"])
        host.mayAskServers = false
        #expect(try host.steps(["go@latest"]) == ["1.27.1 nothing for 1.27.3"])
    }

    @Test(
        arguments: [
            ("go1.99.0", ["1.99.0 tree by log"]), ("go1.99rc1", ["1.99rc1 tree by log"]),
            // A catalog lists it.
            ("go1.21.0", ["1.21.0 tree"]), ("go1.20.14", ["1.20.14 tree"]),
            // The log does not record these.
            ("go1.20.13", ["integrity"]), ("go1.99.0-vendor", ["integrity"]),
            // No catalog lists a version of the line.
            ("go1.26", ["integrity"]),
        ]
    )
    func `the log proves exact versions that no catalog lists`(
        request: String,
        steps: [String]
    ) throws {
        var host = try Host()
        host.logEvidence = .archives([Self.archive])
        host.mayAskServers = false
        #expect(try host.steps([request]) == steps)
    }

    @Test func `without evidence, the reason is reported`() throws {
        var host = try Host()
        func facts(_ request: String) throws -> [String] {
            let step = try #require(host.planner.steps(for: [Self.request(request)]).first)
            guard case .failure(let failure) = step else { return ["a step"] }
            return failure.facts.map { "\($0.label): \($0.value)" }
        }
        #expect(try facts("go1.99.0") == ["not found: /m/x.tlog-proof"])
        host.logEvidence = .disabled(by: "`--no-log`")
        #expect(try facts("go1.99.0") == ["log disabled by: `--no-log`"])
        host.logEvidence = .archives([Self.archive])
        #expect(
            try facts("go1.20.13") == [
                "not proven: go1.20.13 is older than go1.21.0, so Go's checksum database does not"
                    + " record its archive"
            ]
        )
    }

    @Test func `a digest or a foreign tree is not left to the log`() throws {
        var host = try Host()
        host.logEvidence = .archives([Self.archive])
        host.trees["1.99.0"] = .foreign
        host.policy.adopts = true
        #expect(try host.steps(["go1.99.0"]) == ["integrity"])
        host.trees = [:]
        host.digest = SHA256Digest(hexadecimal: String(repeating: "0f", count: 32))
        #expect(try host.steps(["go1.99.0"]) == ["integrity"])
    }

    @Test func `a manifest's minimum excludes older versions`() throws {
        var host = try Host(having: ["1.20.14", "1.21.0"])
        host.policy.minimum = GoVersion("1.21.13")
        #expect(try host.steps(["go1.20.14"]) == ["configuration"])
        #expect(try host.steps(["go>=1.20"]) == ["1.27.3 tree"])
        host.mayAskServers = false
        host.local = ["1.21.13"]
        #expect(try host.steps(["go1.21"]) == ["1.21.13 tree"])
    }

    @Test func `an installed exact version is planned without a catalog`() throws {
        let receipt = try Self.receipt("1.21.0")
        let today = try #require(CalendarDay("2026-11-28"))
        func unexpected<Value>() throws(Failure) -> Value {
            Issue.record("a catalog or the store was read")
            throw Failure(.defect, "")
        }
        let stock = GoStock(
            state: { _ throws(Failure) in .installed(receipt) },
            hasLauncher: { _ throws(Failure) in true },
            installed: { () throws(Failure) in try unexpected() },
            known: { _ throws(Failure) in try unexpected() },
            sources: { _, _ throws(Failure) in try unexpected() },
            isListed: { _ throws(Failure) in try unexpected() },
            logEvidence: { _ throws(Failure) in try unexpected() },
            hasLocalArchive: { _ in false },
            mayAskServers: true
        )
        let planner = GoPlanner(
            stock: stock,
            platform: GoPlatform(.amd64),
            policy: .init(),
            cooldown: Cooldown(days: 7, today: today),
            digest: nil,
            manifestPath: nil,
            path: { "\($0)" },
            catalogHint: { nil }
        )
        #expect(try planner.step(for: Self.request("go1.21.0")).change == .nothing)
    }
}
