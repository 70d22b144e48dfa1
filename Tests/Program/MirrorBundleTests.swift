import TestSupport
import Testing

/// `mirror bundle` and `mirror unbundle`.
@Suite(.programLimit)
struct MirrorBundleTests {
    let world: MirrorSandbox

    init() async throws {
        world = try MirrorSandbox()
        try await world.initialize()
        try await world.serve()
        try await world.script("add go1.99.1").expectSuccess()
    }

    private static let functions = """
        bundle() { mirror bundle "$@" -q; }
        unbundle() { "$G" mirror unbundle "$@" --directory copy; }
        same() { "$G" mirror diff site copy; echo "status $?"; }

        """

    private func script(_ text: String) async throws -> CommandResult {
        try await world.script(Self.functions + text)
    }

    @Test func `a mirror passes through parts and is the same, and passes again without a change`()
        async throws
    {
        let result = try await script(
            """
            bundle out.tar --split 1K; bundle whole.tar
            ls out.tar.* | head -2; cat out.tar.* | cmp - whole.tar && cat out.tar.* | tar t
            mkdir x; tar xf whole.tar -C x; (cd x && sha256sum --quiet -c SHA256SUMS) && echo sums
            unbundle out.tar.*; same; ls -A copy/.gotoolprov/staging
            "$G" mirror verify --directory copy --manifest log.json -q | grep -o intact
            find copy/go -type f -exec stat -c %i {} + | sort >before
            unbundle whole.tar | grep -o kept
            find copy/go -type f -exec stat -c %i {} + | sort | cmp - before && echo unchanged
            bundle whole.tar; echo "status $?"; bundle site/x.tar; echo "status $?"
            """
        )
        let archive = "go/go1.99.1.linux-\(hostArchitecture).tar.gz"
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(lines.contains("out.tar.001") && lines.contains("out.tar.002"), "\(result)")
        let listed = ["mirror.json", archive, "\(archive).tlog-proof", "SHA256SUMS", "sums"]
        #expect(result.output.contains(listed.joined(separator: "\n")), "\(result)")
        #expect(lines.contains { $0.contains("added") }, "\(result)")
        let end = ["status 0", "intact", "kept", "unchanged", "status 73", "status 64"]
        #expect(Array(lines.suffix(6)) == end, "\(result)")

        let json = try await world.mirror("bundle", "other.tar", "--format", "json")
        #expect(json.status == 0, "\(json)")
        try await validate(json.output, against: "mirror-bundle")
    }

    @Test(arguments: [
        ("unbundle out.tar.001 out.tar.003", 64, "out.tar.002"),
        ("unbundle out.tar.002", 64, "out.tar.001"),
        ("unbundle out.tar.001 out.tar.002", 65, "damaged or incomplete"),
        ("mkdir y; cat out.tar.00[2-9] >y/late; unbundle y/late", 65, "bundle"),
        ("truncate -s -1 out.tar.002; unbundle out.tar.*", 65, "out.tar.002"),
        ("cp $(ls out.tar.* | tail -1) last; unbundle out.tar.001 last", 64, "last"),
        ("tamper 40; unbundle whole.tar", 65, "an archive of the bundle is damaged"),
        ("remake; echo x >>x/go/$V.tlog-proof; pack; unbundle new.tar", 65, "tlog-proof"),
        (
            "remake; pack --transform 's,^SHA256SUMS,../escaped,'; unbundle new.tar", 65,
            "../escaped"
        ),
        ("remake; rm x/go/$V; ln -s / x/go/$V; pack; unbundle new.tar", 65, "symbolic link"),
        (
            "remake; FILES=\"mirror.json $FILES\" pack --hard-dereference; unbundle new.tar", 65,
            "twice"
        ),
        ("remake; FILES=\"mirror.json go/$V\" pack; unbundle new.tar", 65, "missing"),
    ])
    func `a bundle that is not complete and intact is refused, and nothing is left`(
        change: String,
        status: Int32,
        text: String
    ) async throws {
        let result = try await script(
            """
            bundle out.tar --split 1K; bundle whole.tar; FILES="mirror.json go/$V go/$V.tlog-proof SHA256SUMS"
            remake() { mkdir x; tar xf whole.tar -C x; }
            tamper() {
                start=$(LC_ALL=C grep -obUaP '\\x1f\\x8b\\x08' whole.tar | head -1 | cut -d: -f1)
                printf '\\1\\2\\3' | dd of=whole.tar bs=1 seek=$((start + $1)) conv=notrunc 2>/dev/null
            }
            pack() { tar -P -c -f new.tar -C x --format ustar "$@" $FILES; }
            \(change); echo "status $?"; ls -d copy escaped ../escaped 2>/dev/null
            """
        )
        #expect(result.output.hasSuffix("status \(status)\n"), "\(result)")
        #expect(result.error.contains(text), "\(result)")
    }
}
