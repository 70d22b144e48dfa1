import TestSupport
import Testing

/// Catalogs of sites, signed with ssh-keygen, from the mirror to the host.
@Suite(.realLimit)
struct SiteCatalogTests {
    let sandbox: Sandbox

    init() async throws {
        sandbox = try Sandbox()
        let digest = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped).digest
        try sandbox.pin(digest)
        try sandbox.directory.write("web.json", #"{"go": {"versions": ["go1.99.1"]}}"#)
        try await script(
            """
            ssh-keygen -q -t ed25519 -N '' -C '' -f key
            mkdir -p home/.config/gotoolprov
            echo "release@corp namespaces=\\"gotoolprov-catalog@v1\\" $(cat key.pub)" >$signers
            gotoolprov mirror init mirror
            next --site corp --artifacts catalog.json --site-manifest web=web.json
            """
        ).expectSuccess()
    }

    /// Runs a script in the directory of the sandbox.
    ///
    /// `next` writes the next catalog and signs it; `publish` signs `catalog.json` of the mirror with another
    /// key, namespace or program; `ensure` requests a version from the mirror; `kept` prints the accepted version.
    private func script(_ text: String) async throws -> CommandResult {
        let prelude = """
            signers=home/.config/gotoolprov/allowed_signers
            gotoolprov() { "\(sandbox.program)" "$@"; }
            next() { gotoolprov mirror catalog --directory mirror --key key "$@" >/dev/null; }
            publish() {
              rm -f mirror/catalog.json.sig
              ssh-keygen -q -Y sign -f "${1:-key}" -n "${2:-gotoolprov-catalog@v1}" mirror/catalog.json
            }
            ensure() { gotoolprov ensure --mirror mirror "$@" && echo "status 0" || echo "status $?"; }
            kept() { sed -n 's/.*"version": \\([0-9]*\\),*$/\\1/p' \
              home/.local/state/gotoolprov/sites/corp/catalog.json; }

            """
        return try await shell(
            prelude + text,
            environment: sandbox.environment,
            in: sandbox.directory.path
        )
    }

    @Test func `a host with the key of a site installs what the site lists`() async throws {
        // Without the key, the catalog is not read.
        let unknown = try await script("mv $signers s; ensure go1.99.1; mv s $signers")
        #expect(unknown.output == "status 65\n", "\(unknown)")
        #expect(unknown.error.contains("allowed_signers"), "\(unknown)")

        let installed = try await script(
            "ensure --site-manifest web --format json; kept; cat home/sdk/go1.99.1/.gotoolprov/receipt.json"
        )
        #expect(installed.output.contains(#""action": "installed""#), "\(installed)")
        #expect(
            installed.output.contains(
                #""voucher": "site corp, version 1, signed by release@corp""#
            ),
            "\(installed)"
        )
        #expect(installed.output.contains("status 0\n1\n"), "\(installed)")

        // What is installed needs no catalog, and offline the accepted one counts.
        let offline = try await script(
            """
            rm mirror/catalog.json*; ensure go1.99.1
            gotoolprov remove go1.99.1; ensure --site-manifest corp/web
            """
        )
        #expect(offline.output.contains("present"), "\(offline)")
        #expect(offline.output.hasSuffix("status 0\n"), "\(offline)")
    }

    @Test func `the catalog is renewed only if something changes`() async throws {
        let result = try await script(
            """
            ensure go1.99.1 >/dev/null
            cp mirror/catalog.json before
            gotoolprov mirror catalog --directory mirror | grep -c unchanged
            cmp before mirror/catalog.json && echo same
            gotoolprov mirror catalog --directory mirror --site-manifest web= --check >/dev/null; echo $?
            next --site-manifest web=
            ensure go1.99 >/dev/null; kept
            gotoolprov mirror verify --directory mirror --format json | grep signature
            gotoolprov mirror catalog --directory mirror --site other; echo $?
            """
        )
        #expect(result.output == "1\nsame\n20\n2\n64\n", "\(result)")
        let documents = try await script(
            """
            gotoolprov mirror catalog --directory mirror --format json >catalog.out
            gotoolprov mirror sign --directory mirror --key key --format json >sign.out
            """
        )
        try documents.expectSuccess()
        for (file, schema) in [
            ("catalog.out", "mirror-catalog"), ("sign.out", "mirror-sign"),
            ("mirror/catalog.json", "site"),
        ] {
            let text = String(
                decoding: try bytes(of: "\(sandbox.directory.path)/\(file)"),
                as: UTF8.self
            )
            try await validate(text, against: schema)
        }
    }

    @Test(arguments: [
        ("cp old/* mirror", "refused: rollback"),
        ("cp old/* mirror; next --site-manifest db=web.json", "refused: fork"),
        ("edit version 999999; publish", "refused: fast-forward"),
        (
            "edit version 3; edit issued '\"2999-01-01T00:00:00Z\"'; edit expires '\"2999-02-01T00:00:00Z\"'; publish",
            "refused: issued in the future"
        ),
        ("edit site '\"other\"'; publish", "refused: other site"),
        ("edit version 3", "signature of the site's catalog is invalid"),
        (
            "edit version 3; publish key file",
            "expected the namespace gotoolprov-catalog@v1, found file"
        ),
        (
            "ssh-keygen -q -t ed25519 -N '' -f new; edit version 3; publish new",
            "no allowed signer has signed"
        ),
        (
            "ssh-keygen -q -t rsa -N '' -f new; edit version 3; publish new",
            "ssh-rsa are not supported"
        ),
        ("edit version ' 3'; publish", "not in canonical form"),
        ("rm mirror/catalog.json.sig", "the catalog of the mirror is not signed"),
        ("sed -i 's/namespaces=\"[^\"]*\"/valid-before=\"20200101Z\"/' $signers", "only until"),
        ("chmod 666 $signers", "is ignored: other users can write to it"),
    ])
    func `what a mirror can do with signed catalogs is refused by name`(
        attack: String,
        reason: String
    ) async throws {
        let result = try await script(
            """
            edit() { sed -i "s/^  \\"$1\\": [^,]*/  \\"$1\\": $2/" mirror/catalog.json; }
            mkdir old; cp mirror/catalog.json* old
            next --site-manifest web2=web.json
            ensure go1.99.1 >/dev/null
            \(attack)
            ensure go1.99
            kept
            """
        )
        // Signers that another user could have written are ignored; everything else is an error.
        let status = reason.contains("ignored") ? 0 : 65
        #expect(result.output.hasSuffix("status \(status)\n2\n"), "\(result)")
        #expect(result.error.contains(reason), "\(result)")
    }

    @Test func `an expired catalog keeps what is installed, and allows no change unless accepted`()
        async throws
    {
        let result = try await script(
            """
            ensure go1.99.1 >/dev/null
            sed -i -e 's/"version": 1,*$/"version": 2/' -e 's/"issued": "[^"]*"/"issued": "2020-01-01T00:00:00Z"/' \
              -e 's/"expires": "[^"]*"/"expires": "2020-02-01T00:00:00Z"/' mirror/catalog.json
            publish
            ensure go1.99; gotoolprov verify go1.99.1; kept
            gotoolprov remove go1.99.1; ensure go1.99.1
            ensure go1.99.1 --accept-expired --format json
            grep -o 'expired [^ ]*, accepted' home/sdk/go1.99.1/.gotoolprov/receipt.json
            """
        )
        #expect(result.output.contains("present"), "\(result)")
        #expect(result.output.contains("clean"), "\(result)")
        #expect(result.output.contains("status 65\n"), "\(result)")
        #expect(result.output.contains("\"acceptedExpired\": ["), "\(result)")
        #expect(
            result.output.hasSuffix("status 0\nexpired 2020-02-01T00:00:00Z, accepted\n"),
            "\(result)"
        )
        #expect(result.error.contains("freeze: it expired at 2020-02-01T00:00:00Z"), "\(result)")
    }
}
