import TestSupport
import Testing
import ToolchainCore
import ToolchainHost

@testable import Provisioning

@Suite(.unitLimit)
struct SiteTests {
    let world: SiteWorld

    init() throws {
        world = try SiteWorld()
        try world.allow(1)
        try world.write(try world.catalog(1))
    }

    @Test func `an accepted catalog is kept, and counts without the mirror`() throws {
        #expect(try world.unasked() == [])
        #expect(try world.refreshed("mirror") == ["corp 1 key1"])
        #expect(try world.unasked() == ["corp 1 key1"])
        try world.write(try world.catalog(2))
        #expect(try world.unasked() == ["corp 1 key1"])
        #expect(try world.refreshed("mirror") == ["corp 2 key1"])
        #expect(try world.unasked() == ["corp 2 key1"])
        #expect(try world.refreshed("empty") == ["corp 2 key1"])
    }

    @Test func `a write that was interrupted leaves the old catalog or the new one`() throws {
        #expect(try world.refreshed("mirror") == ["corp 1 key1"])
        let next = try world.catalog(2)
        try world.directory.write(
            "\(world.kept)/catalog.json.sig.next",
            try world.signature(of: next)
        )
        #expect(try world.unasked() == ["corp 1 key1"])
        try world.directory.write("\(world.kept)/catalog.json", next)
        #expect(try world.unasked() == ["corp 2 key1"])
        // The number of the new one counts already.
        let failure = #expect(throws: Failure.self) { try world.refreshed("mirror") }
        #expect(failure?.kind == .integrity)
        #expect(failure?.message.contains("rollback") == true, "\(failure?.onOneLine ?? "")")
    }

    @Test func `a withdrawn key signs nothing, and its catalog keeps its number`() throws {
        try world.write(try world.catalog(7))
        #expect(try world.refreshed("mirror") == ["corp 7 key1"])
        try world.allow(2)
        #expect(try world.unasked() == [])
        #expect(world.remarks.withLock { $0.contains { $0.contains("is ignored") } })
        #expect(throws: Failure.self) { try world.refreshed("mirror") }
        try world.write(try world.catalog(6), by: 2)
        #expect(throws: Failure.self) { try world.refreshed("mirror") }
        // The same catalog, signed by another key, is kept with the new signature.
        let same = try bytes(of: "\(world.directory.path)/\(world.kept)/catalog.json")
        try world.write(same, by: 2)
        #expect(try world.refreshed("mirror") == ["corp 7 key2"])
        #expect(try world.unasked() == ["corp 7 key2"])
    }

    @Test func `the first site counts, and another one is refused`() throws {
        try world.write(try world.catalog(1, site: "other"), to: "second")
        let failure = #expect(throws: Failure.self) { try world.refreshed("mirror", "second") }
        #expect(failure?.message.contains("other site") == true, "\(failure?.onOneLine ?? "")")
        #expect(try world.unasked() == ["corp 1 key1"])
    }

    @Test func `signers that another user can change are ignored`() throws {
        let path = "\(world.directory.path)/home/.config/gotoolprov/allowed_signers"
        try FileSystem.setMode(0o666, of: path)
        #expect(try world.refreshed("mirror") == [])
        #expect(try world.supply().session.settings.remarks.contains { $0.contains(path) })
    }

    @Test func `a check keeps nothing`() throws {
        let supply = try world.supply("mirror")
        try supply.refreshSites(isCheck: true)
        #expect(try supply.usedSites().count == 1)
        #expect(try world.unasked() == [])
    }
}
