import FleetFixtures
import FleetReport
import TestSupport
import Testing
import ToolchainCore

/// Documents of gotoolprov 0.1.0 are read with the same result as current ones.
@Suite(.unitLimit)
struct OldDocumentTests {
    @Test func `a report of 0.1.0 is read like a current one`() throws {
        let old = try HostReport(parsing: Array(OldDocuments.host.utf8))
        #expect(try HostReport(parsing: Array(NewDocuments.host.utf8)) == old)
        #expect(old.generatedAt == UTCTime("2026-11-25T03:59:00Z"))
        #expect(old.host.osVersion == "12")
        #expect(old.scope?.otherHomes == .partlyRead)
        #expect(old.knowledge?.snapshot == CalendarDay("2026-08-21"))
        #expect(old.debug.ability == .childOnly)
        #expect(old.debug.ptraceScope == 1 && old.debug.hasTraceCapability == false)
        #expect(old.manifest.state == .present)
        #expect(old.store?.freeInodes == 5_000_000)
        let go = try #require(old.toolchains.first)
        #expect(go.installedAt == UTCTime("2026-11-20T10:00:00Z"))
        #expect(go.archiveSHA256 == String(repeating: "c", count: 64))
        #expect(go.integrity.checkedAt == UTCTime("2026-11-25T03:30:00Z"))
        #expect(go.integrity.badFiles == 1 && go.integrity.extraFiles == 3)
        #expect(go.support.newestPatch == "1.25.14" && go.support.daysBehind == 314)
        #expect(old.toolchains[1].compatibility?.isCompatible == false)
        #expect(old.effective.shadowedBy == ["/usr/bin/go"])
        #expect(old.drift.state == .inSync)
        #expect(old.lastRun?.startedAt == UTCTime("2026-11-25T03:29:00Z"))
        #expect(old.lastRun?.milliseconds == 2000)
        #expect(old.repairs?.lastRun == ["go1.25.5"] && old.repairs?.lastAt != nil)
    }

    @Test func `an aggregate of 0.1.0 is read like a current one`() throws {
        let old = try Fleet(parsing: Array(OldDocuments.fleet.utf8))
        let new = try Fleet(parsing: Array(NewDocuments.fleet.utf8))
        #expect(old.summary == new.summary)
        let json = written(old, as: FleetJSON())
        #expect(written(new, as: FleetJSON()) == json)
        #expect(json.contains(#""staleAfterS": 7200"#))
        #expect(json.contains(#""newerSnapshotInReports": "2026-09-01""#))
        #expect(json.contains(#""otherReportAt":"1970-01-01T00:00:00Z""#))
        #expect(json.contains(#""drift":"in-sync","canAttach":"child-only""#))
        #expect(json.contains(#""fixedIn": ["#) && json.contains(#""1.26.0-rc.3""#))
        #expect(!json.contains("audit") && !json.contains("reclaimable"))
        #expect(old.summary.invalidCount == 1 && old.superseded == ["dev-2"])
        #expect(old.tampering.clashes == ["dev-1"])
        #expect(old.tampering.duplicateIdentifiers.count == 1)
        #expect(old.summary.unreachable == ["dev-3", "dev-4"])
        #expect(old.summary.eol == 1 && old.summary.usedBytes == 247_000_000)
    }

    @Test func `a healing record of 0.1.0 is read like a current one`() throws {
        let old = try HealRecord(parsing: Array(OldDocuments.heal.utf8))
        #expect(try HealRecord(parsing: Array(NewDocuments.heal.utf8)) == old)
        #expect(old.run.startedAt == UTCTime("2026-11-25T03:29:00Z"))
        #expect(old.run.result == .partial && old.run.milliseconds == 60_000)
        #expect(old.run.error == "ensure: no mirror")
        #expect(old.repairs.total == 3 && old.repairs.lastRun == ["go1.25.5"])
        #expect(old.repairs.lastAt == UTCTime("2026-11-25T03:30:00Z"))
    }

    @Test func `a host that 0.1.0 could not reach counts as unreported`() throws {
        let fleet = try aggregate([]) {
            let document = #"{"schema":"gotoolprov.missing/1","name":"web-1","state":"failed"}"#
            $0.add(Array(document.utf8), named: "x", digest: nil)
        }
        #expect(fleet.summary.unreachable == ["web-1"] && fleet.invalid.isEmpty)
    }

    @Test func `the spelling of 0.1.0 is accepted only in its own documents`() throws {
        let parts = OldDocuments.host.split(separator: "gotoolprov.host/1", maxSplits: 1)
        let mixed = parts.joined(separator: "gotoolprov.host/2")
        for (document, place) in [
            (mixed, "generatedAt"), (#"{"schema":"gotoolprov.host/1"}"#, "generated_at"),
        ] {
            let error = #expect(throws: DocumentError.self) {
                try HostReport(parsing: Array(document.utf8))
            }
            #expect(error?.path == place)
        }
    }
}
