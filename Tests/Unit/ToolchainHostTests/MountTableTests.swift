import TestSupport
import Testing

@testable import ToolchainHost

@Suite(.unitLimit)
struct MountTableTests {
    private static let table = """
        22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
        30 22 0:26 / /mnt/a\\040b\\134c ro,noexec - 9p drvfs rw,aname=drvfs
        31 22 0:27 / /mnt/a\\040b\\134c/deep rw - tmpfs tmpfs rw
        not a mount
        32 22 0:28 / /x rw
        """

    @Test func `the kernel's table is parsed, including escaped characters`() throws {
        let table = try #require(MountTable(parsing: Array(Self.table.utf8)))
        #expect(table.mounts.map(\.path) == ["/", "/mnt/a b\\c", "/mnt/a b\\c/deep"])
        #expect(table.mounts.map(\.kind) == ["ext4", "9p", "tmpfs"])
        #expect(table.mounts[1].isNoExec && table.mounts[1].isReadOnly)
        #expect(table.mounts[1].isWindowsDrive)
        #expect(table.holding("/mnt/a b\\c/deep/er")?.kind == "tmpfs")
        #expect(table.holding("/mnt/a b")?.kind == "ext4")
    }

    @Test func `a missing table is not an empty one`() {
        #expect(MountTable(parsing: []) == nil)
    }

    @Test func `mounts at and below a directory are found on this host`() throws {
        #expect(try MountedDirectories.touching("/proc").contains("/proc"))
        #expect(try MountedDirectories.touching("/proc/self/task") == [])
    }
}
