import TestSupport
import Testing

/// `verify --published` on trees that the Go project did not publish; Tests/Real has published ones.
@Suite(.programLimit)
struct PublishedTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// A tree that some other installer has left at `name`.
    private func tree(_ name: String, version: String, _ script: String = ":") async throws
        -> String
    {
        let path = "\(sandbox.directory.path)/\(name)"
        let made = try await run(
            "sh",
            [
                "-ec",
                "mkdir -p \(path)/bin \(path)/src; cp /bin/true \(path)/bin/go; cd \(path)"
                    + "; printf '\(version)\\n' >VERSION; echo x >src/a.go; echo >go.env; \(script)",
            ]
        )
        #expect(made.status == 0, "\(made)")
        return path
    }

    /// What a tree is, how its verdict begins, and the status.
    static let cases: [(version: String, script: String, text: String, status: Int32)] = [
        ("go1.24.3", ":", "go1.24.3  modified", 1),
        ("go1.24.3", "ln -s src link", "go1.24.3  modified", 1),
        ("go1.24.3", "touch src/_go.mod src/x.go", "go1.24.3  modified", 1),
        ("go1.24.3 X:boringcrypto", ":", "go1.24.3  not published", 2),
        ("go1.24.3-vendor", ":", "go1.24.3-vendor  not published", 2),
        ("devel go1.25-0123456789", ":", "go1.25-devel", 2),
        ("go1.21rc2", ":", "go1.21rc2  modified", 1),
        ("go1.24.3", "mv VERSION v; ln -s v VERSION", "go1.24.3  modified", 1),
        ("go1.24.3", "rm -r src; ln -s /etc api", "go1.24.3  modified", 1),
        ("go1.20.14", ":", "go1.20.14  unknown", 4),
        ("go1.99.1", ":", "go1.99.1  unknown", 4),
        ("nonsense", ":", "-  not published", 2),
        ("go1.24.3", "rm VERSION", "-  unknown", 4),
        ("go1.24.3", "printf x >bin/go", "go1.24.3  unknown", 4),
        // EI_OSABI of FreeBSD.
        (
            "go1.24.3", "printf '\\011' | dd of=bin/go bs=1 seek=7 conv=notrunc 2>&1",
            "go1.24.3  unknown", 4
        ),
        ("go1.24.3", "mkdir -p pkg/tool/illumos_amd64", "go1.24.3  unknown", 4),
    ]

    @Test(arguments: cases.indices)
    func `a tree that was not published is never called published`(row: Int) async throws {
        let (version, script, text, status) = Self.cases[row]
        let path = try await tree("some/go", version: version, script)
        let result = try await sandbox.gotoolprov("verify", "--published", path)
        #expect(result.status == status, "\(result)")
        #expect(result.output.hasPrefix(text), "\(result)")
        #expect(result.output.contains(path), "\(result)")
        let json = try await sandbox.gotoolprov(
            "verify",
            "--published",
            path,
            "--format",
            "json"
        )
        try await validate(json.output, against: "published")
        #expect(json.output.contains(#""goroot": "\#(path)""#), "\(json)")
        #expect(!json.output.contains(#""verdict": "published""#), "\(json)")
    }

    @Test func `a tree that was installed from another archive is not the published one`()
        async throws
    {
        let archive = try ArchiveFixture.hostGo("1.24.3").file("go/src/a.go", "package a")
        let (_, digest) = try await sandbox.serve(archive.gzipped, as: "1.24.3")
        let pinned =
            try await shell(
                """
                sed -n 's/.*"version":"1.24.3".*"arch":"\(hostArchitecture)","sha256":"\\([0-9a-f]*\\)".*/\\1/p' "$1"
                """,
                "\(packageDirectory)/Manifests/go.json"
            ).output.split(separator: "\n").first ?? ""
        let catalog = try sandbox.directory.write(
            "catalog.json",
            """
            {"schemaVersion": 1, "go": [{"version": "1.24.3", "archives": [
              {"arch": "\(hostArchitecture)", "sha256": "\(digest)", "replaces": "\(pinned)"}]}]}
            """
        )
        let installed = try await sandbox.gotoolprov(
            "ensure",
            "go1.24.3",
            "--mirror",
            sandbox.mirror,
            "--catalog",
            catalog
        )
        #expect(installed.status == 0, "\(installed)")
        let clean = try await sandbox.gotoolprov("verify")
        #expect(clean.status == 0, "\(clean)")
        let result = try await sandbox.gotoolprov("verify", "--published", "go1.24.3")
        #expect(result.status == 1, "\(result)")
        #expect(result.output.contains("archive that it was installed from, differ"), "\(result)")
    }

    @Test func `a directory that is not a toolchain, and a tool, are refused`() async throws {
        let missing = try await sandbox.gotoolprov("verify", "--published", "./nowhere")
        #expect(missing.status == 69, "\(missing)")
        #expect(missing.error.contains("is not a Go toolchain"), "\(missing)")
        for option in ["--quick", "--repair"] {
            let mixed = try await sandbox.gotoolprov("verify", "--published", option)
            #expect(mixed.status == 64, "\(mixed)")
        }
    }

    @Test(.enabled(if: isRoot, "root can run it as another user"))
    func `what cannot be read makes it unknown`() async throws {
        let path = try await tree("go", version: "go1.24.3", "chmod 0 src/a.go")
        let result = try await shell(
            """
            chmod 755 "$2" && cp "$1" "$2/program" && HOME=/nonexistent exec setpriv --reuid=65534 --regid=65534 \\
                --clear-groups "$2/program" verify --published "$2/go"
            """,
            sandbox.program,
            sandbox.directory.path
        )
        #expect(result.status == 4, "\(result)")
        #expect(result.output.contains("src/a.go cannot be read"), "\(result)")
        #expect(!path.isEmpty)
    }

    @Test func `a VERSION of any size does not end the program`() async throws {
        let path = try await tree(
            "go",
            version: "go1.24.3",
            "truncate -s 4T VERSION || truncate -s 4G VERSION"
        )
        let result = try await sandbox.gotoolprov("verify", "--published", path)
        #expect(result.status == 1, "\(result)")
    }

    @Test func `a managed toolchain without VERSION and bin is unknown`() async throws {
        let (_, digest) = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped)
        #expect(try await sandbox.install(digest).status == 0)
        try await shell("rm -r \"$1\"/bin \"$1\"/VERSION", "\(sandbox.sdkRoot)/go1.99.1")
            .expectSuccess()
        let result = try await sandbox.gotoolprov("verify", "--published")
        #expect(result.status & 4 == 4, "\(result)")
        #expect(result.output.contains("go1.99.1  unknown"), "\(result)")
    }
}
