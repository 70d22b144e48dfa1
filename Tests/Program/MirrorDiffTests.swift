import TestSupport
import Testing

/// `mirror diff`.
@Suite(.programLimit)
struct MirrorDiffTests {
    @Test func `mirrors are the same until a file differs, and what cannot be read is unknown`()
        async throws
    {
        let world = try MirrorSandbox()
        try await world.initialize()
        try await world.serve()
        let result = try await world.script(
            """
            add go1.99.1 >/dev/null; cp -r site copy; touch copy/.gotoolprov/staging/part
            diff() { "$G" mirror diff site copy "$@"; echo "status $?"; }
            diff
            echo x >>copy/go/$V; rm copy/go/$V.tlog-proof; echo 1 >copy/catalog.json
            diff; ln -s / copy/link; diff -q
            rm -r copy/go copy/catalog.json; cp -r site/go copy; diff
            rm copy/mirror.json; diff
            """
        )
        let archive = "go/go1.99.1.linux-\(hostArchitecture).tar.gz"
        let lines = result.output.split(separator: "\n").map {
            $0.split(separator: " ").joined(separator: " ")
        }
        let changed = [
            "catalog.json only in the second", "\(archive) different",
            "\(archive).tlog-proof only in the first",
        ]
        let unknown = "link unknown \(sandboxPath(world))/copy: not a regular file"
        #expect(
            lines == ["status 0"] + changed + ["status 1"] + changed + [unknown, "status 5"]
                + [unknown, "status 4", "status 64"],
            "\(result)"
        )
        let document = try await world.script(
            "cp -r site other; rm other/go/$V; \"$G\" mirror diff site other --format json"
        )
        #expect(document.status == 1, "\(document)")
        #expect(document.output.contains(#""verdict": "different""#), "\(document)")
        #expect(document.output.contains(#""difference": "only-in-first""#), "\(document)")
        try await validate(document.output, against: "mirror-diff")
    }

    private func sandboxPath(_ world: MirrorSandbox) -> String { world.sandbox.directory.path }
}
