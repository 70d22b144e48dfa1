import HostInspection
import TestSupport
import Testing
import ToolchainHost

/// See docs/facts/debugging.md#file-systems.
@Suite(.unitLimit)
struct DirectoryFactsTests {
    func facts(_ path: String, mounts: String) throws -> DirectoryFacts {
        let host = try HostFixture(["proc/self/mountinfo": mounts])
        try host.directory.write(String(path.dropFirst()) + "/.keep", "")
        return DirectoryFacts.of(
            path,
            as: .sdkRoot,
            in: host.files,
            mounts: MountTable(in: host.files)
        )
    }

    static let root = HostFixture.mount("/", "ext4", source: "/dev/sda1")

    @Test(arguments: [
        ("/home/dev/sdk", "", "ext4", false, false),
        (
            "/home/dev/sdk", HostFixture.mount("/home", "xfs", options: "rw,noexec"), "xfs", true,
            false
        ),
        // A later mount hides an earlier one; siblings with a common prefix do not count.
        (
            "/home/dev/sdk",
            HostFixture.mount("/home", "xfs", options: "rw,noexec")
                + HostFixture.mount("/home", "tmpfs")
                + HostFixture.mount("/home/de", "nfs", options: "noexec"),
            "tmpfs", false, false
        ),
        ("/a b/sdk", HostFixture.mount("/a\\040b", "btrfs"), "btrfs", false, false),
        (
            "/mnt/c/Users/dev",
            HostFixture.mount(
                "/mnt/c",
                "9p",
                source: "C:\\134",
                superOptions: "rw,dirsync,aname=drvfs;path=C:\\134;uid=1000"
            ),
            "9p", false, true
        ),
        ("/mnt/c/Users", HostFixture.mount("/mnt/c", "drvfs", source: "C:"), "drvfs", false, true),
        (
            "/mnt/d/x", HostFixture.mount("/mnt/d", "virtiofs", source: "drvfsD"), "virtiofs",
            false, true
        ),
        // A 9p mount that is not a Windows drive.
        ("/srv/share", HostFixture.mount("/srv/share", "9p", source: "host0"), "9p", false, false),
    ])
    func `a directory is on the innermost mount`(
        path: String,
        mounts: String,
        kind: String,
        isNoExec: Bool,
        isWindows: Bool
    ) throws {
        let facts = try facts(path, mounts: Self.root + mounts)
        #expect(facts.mount?.kind == kind)
        #expect(facts.isNoExec == isNoExec && facts.isWindowsDrive == isWindows)
    }

    @Test(arguments: ["", "nonsense\n", "1 2 3 4 5 6 - \n", String(repeating: "- ", count: 9000)])
    func `an invalid mount table leaves the properties unknown`(table: String) throws {
        let facts = try facts("/home", mounts: table)
        #expect(facts.mount == nil && facts.isNoExec == nil && facts.isWindowsDrive == nil)
    }

    @Test func `the nearest existing parent is examined through links`() async throws {
        let host = try HostFixture([
            "proc/self/mountinfo": Self.root + HostFixture.mount("/data", "zfs", options: "noexec"),
            "data/home/x": "",
        ])
        try await host.link("home", to: "/data/home")
        let facts = DirectoryFacts.of(
            "/home/sdk/not/yet",
            as: .sdkRoot,
            in: host.files,
            mounts: MountTable(in: host.files)
        )
        #expect(facts.examined == "/home" && facts.mount?.kind == "zfs")
        #expect(facts.isNoExec == true && facts.isCaseInsensitive == false)
    }

    /// Real mounts, which require root.
    @Test(.enabled(if: succeeds("/usr/bin/unshare", ["-m", "/bin/true"])))
    func `a real noexec tmpfs is detected`() async throws {
        let directory = try TemporaryDirectory()
        try directory.write("m/.keep", "")
        let path = "\(directory.path)/m"
        try await run("mount", ["-t", "tmpfs", "-o", "noexec,nosuid,size=64k", "none", path])
            .expectSuccess()
        defer { _ = succeeds("/bin/umount", ["-l", path]) }
        let files = RootedFiles()
        let facts = DirectoryFacts.of(
            path,
            as: .temporary,
            in: files,
            mounts: MountTable(in: files)
        )
        #expect(facts.isNoExec == true && facts.mount?.kind == "tmpfs")
        #expect(facts.mount?.isNoSetUID == true)
        #expect((facts.availableByteCount ?? .max) <= 64 << 10)
        #expect(facts.isCaseInsensitive == nil, "an empty directory has no name to test with")
    }

    /// A real case-insensitive file system, if one can be created: vfat, or ext4 with casefold.
    @Test func `a case-insensitive directory is detected`() async throws {
        let directory = try TemporaryDirectory()
        let image = "\(directory.path)/image"
        try directory.write("m/.keep", "")
        let mount = "\(directory.path)/m"
        let script = """
            truncate -s 16M "$1" && mkfs.vfat "$1" >/dev/null 2>&1 && mount -o loop "$1" "$2" ||
            { rm -f "$1"; truncate -s 32M "$1" && mkfs.ext4 -q -O casefold -E encoding=utf8 "$1" &&
              mount -o loop "$1" "$2" && mkdir "$2/folded" && chattr +F "$2/folded"; }
            """
        let made = try await shell(script, image, mount)
        defer { _ = succeeds("/bin/umount", ["-l", mount]) }
        guard made.status == 0 else { return }
        let folded = RootedFiles().isDirectory("\(mount)/folded") ? "\(mount)/folded" : mount
        try await shell("echo >\(folded)/Name").expectSuccess()
        let facts = DirectoryFacts.of(folded, as: .sdkRoot, in: RootedFiles(), mounts: nil)
        #expect(facts.isCaseInsensitive == true)
    }
}
