import TestSupport
import Testing

/// `mirror sync`.
@Suite(.programLimit)
struct MirrorSyncTests {
    @Test func `a mirror follows the manifests of its hosts, and is pruned only if it is complete`()
        async throws
    {
        let world = try MirrorSandbox()
        let sandbox = world.sandbox
        try await world.initialize()
        for version in ["1.98.1", "1.98.2", "1.99.1"] { try await world.serve(version) }
        let catalog = try await sandbox.serveDelve(.delveSource())
        try sandbox.directory.write(
            "first.json",
            #"{"go": {"versions": ["go1.98.1"], "default": "go1.99.1"}, "tools": ["dlv@1.24.0"]}"#
        )
        let broken = try sandbox.directory.write(
            "broken.json",
            #"{"go": {"versions": ["go1.97", "go1.97.1", "go1.98.2"]}}"#
        )
        try sandbox.directory.write("second.json", #"{"go": {"versions": ["go1.98.2"]}}"#)
        try sandbox.directory.write("empty.json", "{}")
        let sync = """
            sync() {
                mirror sync --from mirror --catalog \(catalog) -q "$@" >out; echo "status $?"
            }

            """
        let first = try await world.script(
            sync + """
                sync --host-manifest first.json --check; grep -c 'would be added' out; ls site
                sync --host-manifest first.json --prune; grep -c added out; find site | sort >before
                sync --host-manifest first.json --prune; grep -c kept out
                find site | sort | diff before -; mirror list -q | wc -l
                sync --host-manifest empty.json --prune
                """
        )
        #expect(
            first.output.split(whereSeparator: \.isNewline) == [
                "status 20", "3", "index.html", "mirror.json", "status 0", "3", "status 0", "3",
                "4",
                "status 78",
            ],
            "\(first)"
        )

        let partial = try await world.mirror(
            "sync",
            "--host-manifest",
            broken,
            "--prune",
            "--from",
            sandbox.mirror,
            "--format",
            "json"
        )
        #expect(partial.status == 65, "\(partial)")
        try await validate(partial.output, against: "mirror-change")
        #expect(partial.output.contains(#""request": "go1.97""#), "\(partial)")
        #expect(partial.output.ranges(of: #""result": "rejected""#).count == 1, "\(partial)")
        #expect(partial.output.ranges(of: #""result": "added""#).count == 1, "\(partial)")
        #expect(!partial.output.contains(#""removed""#), "\(partial)")

        let second = try await world.script(
            sync + """
                sync --host-manifest second.json --prune; grep -c removed out
                ls site/go; mirror list -q | wc -l; mirror verify -q | grep -c intact
                """
        )
        let name = "go1.98.2.linux-\(hostArchitecture).tar.gz"
        #expect(
            second.output.split(whereSeparator: \.isNewline) == [
                "status 0", "3", "\(name)", "\(name).tlog-proof", "1", "1",
            ],
            "\(second)"
        )
    }
}
