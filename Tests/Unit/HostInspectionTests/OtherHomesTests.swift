import HostInspection
import TestSupport
import Testing
import ToolchainCore
import ToolchainHost

/// The installations that root finds in other users' home directories, and whether the search is
/// complete.
@Suite(.unitLimit)
struct OtherHomesTests {
    let host: HostFixture

    /// Creates a host with a user who has one Go.
    init() async throws {
        host = try HostFixture([
            "etc/passwd": "dev:x:\(FileSystem.currentUser)::Dev:/home/dev:/bin/sh\n",
            "home/dev/.local/share/mise/installs/go/.keep": "",
        ])
        try write("home/dev/sdk/go1.22.0")
    }

    private func write(_ root: String) throws {
        try host.directory.write("\(root)/VERSION", "go1.22.0\n")
        try host.directory.write("\(root)/bin/go", HostFixture.program(), mode: 0o755)
    }

    private func searched(after script: String) async throws -> OtherHomes {
        try await prepare(script, in: host.directory.path)
        return OtherHomes.searched(in: host.files, except: .max, home: nil)
    }

    @Test func `readable homes are searched completely, including mise's links`() async throws {
        let script = """
            cp -r home/dev/sdk/go1.22.0 home/dev/.local/share/mise/installs/go/1.22.0
            cd home/dev/.local/share/mise/installs/go
            ln -s ./1.22.0 1.22; ln -s 1.22.0 latest
            cd ../../../../..; mkdir none; echo >sdk/README; mkdir -p go/pkg/mod/golang.org
            """
        let homes = try await searched(after: script)
        #expect(homes.isComplete, "\(homes)")
        #expect(
            homes.installations.map(\.root) == [
                "/home/dev/sdk/go1.22.0", "/home/dev/.local/share/mise/installs/go/1.22.0",
            ]
        )
        #expect(homes.installations.allSatisfy { $0.version == GoVersion("1.22.0") })
    }

    /// Obstacles to a complete search, and the number of Go versions that are found anyway.
    @Test(arguments: [
        ("mkdir d; mv home/dev d/dev; ln -s /d/dev home/dev", 1),
        ("mv home/dev home/other; ln -s other home/dev", 1),
        ("echo 'x:x:77:77::/home/x:/bin/sh' >>etc/passwd; ln -s nothing home/x", 1),
        ("cd home/dev; mv sdk real; ln -s real sdk", 0),
        ("cd home/dev/sdk; mv go1.22.0 ../go; ln -s ../go go1.22.0", 0),
        ("cd home/dev/sdk/go1.22.0; mv bin real; ln -s real bin", 0),
        ("cd home/dev/sdk/go1.22.0/bin; mv go real; ln -s real go", 0),
        ("cd home/dev/.local/share; mv mise real; ln -s real mise", 1),
        ("cd home/dev/sdk; seq -f x%g 1001 | xargs mkdir", 1),
        ("echo '+::::::' >>etc/passwd", 1), ("rm etc/passwd", 0),
        ("rm etc/passwd; mkdir etc/passwd", 0),
        ("seq 1001 2001 | sed 's,.*,u&:x:&:1::/home/u&:/bin/sh,' >>etc/passwd", 1),
    ])
    func `an incomplete search is reported`(script: String, count: Int)
        async throws
    {
        let homes = try await searched(after: script)
        #expect(!homes.isComplete, "\(homes)")
        #expect(homes.installations.count == count, "\(homes)")
    }

    @Test(
        .enabled(if: FileSystem.currentUser != 0, "root can enter every directory"),
        arguments: [
            "home/dev", "home/dev/sdk", "home/dev/sdk/go1.22.0", "home/dev/sdk/go1.22.0/bin",
        ]
    )
    func `an inaccessible directory makes the search incomplete`(directory: String) async throws {
        let homes = try await searched(after: "chmod 0 \(directory)")
        #expect(!homes.isComplete && homes.installations.isEmpty, "\(homes)")
        try await run("chmod", ["700", "\(host.directory.path)/\(directory)"]).expectSuccess()
    }
}
