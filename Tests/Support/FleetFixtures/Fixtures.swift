package import FleetReport
internal import Glibc
internal import TestSupport
package import ToolchainCore

/// The current time in the tests.
package let now = UTCTime(seconds: 1_795_579_200)

/// The releases of the catalog and the list of vulnerabilities in the repository.
package enum Known {
    package static let releases: [(version: GoVersion, date: String?)] = {
        let document = (try? bytes(of: "\(packageDirectory)/Manifests/go.json")) ?? []
        let catalog = try? Catalog(parsing: document, voucher: .builtIn)
        return catalog?.releases.values.map { ($0.version, $0.date) } ?? []
    }()

    /// Returns the list with `day` as its snapshot date; the default is recent at ``now``.
    package static func vulnerabilities(of day: String = "2026-11-20") throws -> VulnerabilityList {
        let list = try bytes(of: "\(packageDirectory)/Manifests/go-vulnerabilities.json")
        let parts = String(decoding: list, as: UTF8.self)
            .split(separator: #""snapshot":""#, maxSplits: 1)
        guard parts.count == 2 else { throw SupportError("the list has no day") }
        let moved = parts[0] + #""snapshot":""# + day + parts[1].dropFirst(day.count)
        return try VulnerabilityList(parsing: Array(moved.utf8))
    }

    package static func calendar(_ today: String = "2026-11-25") throws -> SupportCalendar {
        guard let day = CalendarDay(today) else { throw SupportError("\(today) is not a day") }
        return SupportCalendar(releases: releases, today: day)
    }

    package static func knowledge(of day: String = "2026-11-20") throws -> FleetKnowledge {
        FleetKnowledge(calendar: try calendar(), vulnerabilities: try vulnerabilities(of: day))
    }
}

extension SupportCalendar {
    /// Returns the support of the version that `text` names.
    package func support(of text: String) -> Support {
        FleetKnowledge(calendar: self, vulnerabilities: nil).judgement(of: text).support
    }
}

/// Returns a host identifier that repeats one digit.
package func identifier(_ digit: Character) -> HostIdentifier {
    HostIdentifier(String(repeating: digit, count: 32)) ?? identifier("0")
}

/// Returns a report in which every field is set and every string contains `text`.
package func fullReport(
    _ text: String = "",
    id: Character = "a",
    name: String? = nil,
    at time: UTCTime = UTCTime(seconds: now.seconds - 60)
) -> HostReport {
    HostReport(
        generatedAt: time,
        agentVersion: "0.2.0\(text)",
        host: HostReport.Host(
            id: identifier(id),
            name: name ?? "dev-\(id)\(text)",
            environment: "dev\(text)",
            ring: "canary\(text)",
            osID: "debian\(text)",
            osVersion: "12\(text)",
            osName: "Debian 12\(text)",
            kernel: "6.1.0\(text)",
            architecture: "amd64\(text)",
            libcKind: .glibc,
            libcVersion: "2.36\(text)",
            virtualization: .wsl2,
            wslDistribution: "Debian\(text)",
            wslInterop: true
        ),
        scope: .init(user: "dev\(text)", otherHomes: .notRead),
        knowledge: .init(snapshot: now.day, isStale: true),
        debug: HostReport.DebugReadiness(
            ability: .no,
            isProbed: true,
            ptraceScope: 3,
            hasTraceCapability: false,
            findings: [
                .init(check: "yama\(text)", detail: "scope is 3\(text)", fix: "sysctl\(text)")
            ]
        ),
        manifest: HostReport.ManifestState(
            .present,
            path: "/etc/gotoolprov.json\(text)",
            sha256: String(repeating: "b", count: 64) + text,
            reason: "why\(text)"
        ),
        store: HostReport.Store(
            root: "/home/dev/sdk\(text)",
            fileSystem: "ext4\(text)",
            freeBytes: 81_000_000_000,
            usedBytes: 530_000_000,
            freeInodes: 5
        ),
        toolchains: fullToolchains(text),
        effective: HostReport.Effective(
            go: .init(path: "/home/dev/go/bin/go\(text)", version: "1.25.5\(text)"),
            dlv: .init(path: "/home/dev/go/bin/dlv\(text)"),
            gotoolchain: "local\(text)",
            shadowedBy: ["/usr/bin/go\(text)"]
        ),
        drift: Drift(
            state: .drifted,
            items: Drift.Kind.allCases.map { kind in
                Drift.Item(
                    kind,
                    tool: "go\(text)",
                    version: "1.26.9\(text)",
                    wanted: "go@1.26\(text)",
                    detail: "not there\(text)",
                    fix: "gotoolprov ensure\(text)"
                )
            }
        ),
        lastRun: HostReport.LastRun(
            operation: "ensure\(text)",
            result: .failed,
            startedAt: time,
            milliseconds: 1840,
            error: "no space\(text)"
        ),
        repairs: HostReport.Repairs(total: 2, lastAt: time, lastRun: ["go1.25.5\(text)"])
    )
}

private func fullToolchains(_ text: String) -> [HostReport.Toolchain] {
    [
        HostReport.Toolchain(
            tool: "go",
            version: "1.25.5",
            isActive: true,
            origin: .mirror,
            path: "/home/dev/sdk/go1.25.5\(text)",
            architecture: "amd64\(text)",
            installedAt: now,
            archiveSHA256: String(repeating: "c", count: 64),
            fileCount: 12087,
            byteCount: 226_000_000,
            integrity: .init(state: .ok, mode: .full, checkedAt: now, badFiles: 0),
            published: PublishedState(
                .published,
                basis: .files,
                evidence: "built-in\(text)",
                checkedAt: now
            ),
            support: Support(
                .eol,
                eolSince: "2026-08-19",
                newestPatch: "1.25.14\(text)",
                patchLag: 9,
                daysBehind: 100
            ),
            vulnerabilities: .init(
                snapshot: now.day,
                stdlib: ["GO-2026-1\(text)"],
                toolchain: ["GO-2026-2\(text)"]
            )
        ),
        HostReport.Toolchain(
            tool: "dlv\(text)",
            version: "1.27.1\(text)",
            isActive: true,
            origin: .mirror,
            path: "/home/dev/go/bin/dlv\(text)",
            compatibility: .init(isCompatible: false, reason: "does not know it\(text)")
        ),
        HostReport.Toolchain(
            tool: "go",
            version: "1.19.8\(text)",
            origin: .foreign,
            manager: "apt\(text)",
            removal: "sudo apt-get remove\(text)",
            isWanted: false,
            path: "/usr/lib/go-1.19\(text)",
            published: PublishedState(reason: "it has no receipt\(text)")
        ),
    ]
}

/// Returns a digest that is not a SHA-256, but differs if the bytes differ; the module does not compute
/// digests itself.
package func digest(_ bytes: [UInt8]) -> SHA256Digest {
    var state: [UInt8] = Array(0..<32)
    for (index, byte) in bytes.enumerated() {
        state[index % 32] = (state[index % 32] &* 31) &+ byte &+ UInt8(truncatingIfNeeded: index)
    }
    return SHA256Digest(bytes: state) ?? digest([])
}

/// Returns the fleet of some reports.
package func aggregate(
    _ reports: [HostReport],
    knowledge: FleetKnowledge? = nil,
    staleAfter: Int = 86400,
    change: (inout FleetBuilder) -> Void = { _ in }
) throws -> Fleet {
    var builder = FleetBuilder(
        now: now,
        staleAfter: staleAfter,
        generator: "gotoolprov 0.2.0",
        knowledge: try knowledge ?? Known.knowledge()
    )
    for report in reports {
        let document = Array(report.document.rendered.utf8)
        builder.add(document, named: report.host.name, digest: digest(document))
    }
    change(&builder)
    return builder.sealed(sha256: digest)
}

/// Returns the text that an output writes.
package func written(_ fleet: Fleet, as output: any FleetOutput) -> String {
    final class Sink { var text = "" }
    let sink = Sink()
    output.write(fleet) { sink.text += $0 }
    return sink.text
}
