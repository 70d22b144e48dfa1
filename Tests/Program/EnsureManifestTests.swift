import TestSupport
import Testing

/// Manifests of `ensure`.
@Suite(.programLimit)
struct EnsureManifestTests {
    let sandbox: Sandbox
    /// A complete, small Go archive.
    let archive: [UInt8]

    init() throws {
        sandbox = try Sandbox()
        archive = try ArchiveFixture.hostGo().gzipped
    }

    @Test func `without arguments the manifest selects versions and mirrors`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        try sandbox.pin(digest, in: "project/c.json")
        let manifest = try sandbox.directory.write(
            "project/gotoolprov.json",
            """
            {
              "go": { "versions": ["go1.99.1"], "default": "go1.99" }, // comment
              "mirrors": ["../mirror"], "catalogs": ["c.json"],
              "sdkRoot": "../sdks", "gobin": "../bin",
            }
            """
        )
        let result = try await sandbox.gotoolprov("ensure", "--manifest", manifest)
        #expect(result.status == 0, "\(result)")
        #expect(
            result.output == "go1.99.1  installed  \(sandbox.directory.path)/sdks/go1.99.1\n",
            "one line, although the default is requested too"
        )
        #expect(try await run("\(sandbox.directory.path)/bin/go1.99.1", []).status == 0)
        let which = try await sandbox.gotoolprov("which", "--manifest", manifest)
        #expect(which.output == "\(sandbox.directory.path)/sdks/go1.99.1/bin/go\n")
    }

    @Test func `manifests are searched upward, then in ~/.config`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        try sandbox.directory.write(
            "home/.config/gotoolprov/gotoolprov.json",
            #"{"catalogs": ["c.json"], "mirrors": ["../../../mirror"]}"#
        )
        try sandbox.pin(digest, in: "home/.config/gotoolprov/c.json")
        try sandbox.directory.write(
            "home/project/gotoolprov.json",
            #"{"go": {"versions": ["go1.99.1"]}}"#
        )
        try sandbox.directory.write("home/project/deep/er/.keep", "")
        let result = try await sandbox.gotoolprov(
            "ensure",
            in: "\(sandbox.home)/project/deep/er"
        )
        #expect(result.status == 0, "\(result)")
    }

    @Test func `stable and oldstable are of the two newest lines`() async throws {
        var releases: [(version: String, digest: String, size: Int?)] = []
        for version in ["1.98.4", "1.99.1", "1.99.2"] {
            let archive = try ArchiveFixture.hostGo(version).gzipped
            releases.append((version, try await sandbox.serve(archive, as: version).digest, nil))
        }
        releases.append(("1.100rc1", String(repeating: "ab", count: 32), nil))
        let catalog = try sandbox.pin(releases)
        let manifest = try sandbox.directory.write(
            "stable.json",
            """
            {"go": {"versions": ["oldstable", "stable"], "default": "go@oldstable"},
             "mirrors": ["mirror"], "catalogs": ["\(catalog)"]}
            """
        )
        let result = try await sandbox.gotoolprov("ensure", "--manifest", manifest)
        #expect(result.status == 0, "\(result)")
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 2, "\(result)")
        #expect(lines.first?.hasPrefix("go1.98.4  installed  ") == true, "\(result)")
        #expect(lines.last?.hasPrefix("go1.99.2  installed  ") == true, "\(result)")
        // The second newest line that is known, though only one is installed.
        try await sandbox.gotoolprov("remove", "go1.99.2").expectSuccess()
        let which = try await sandbox.gotoolprov("which", "oldstable", "--manifest", manifest)
        #expect(which.output == "\(sandbox.sdkRoot)/go1.98.4/bin/go\n", "\(which)")
        let verified = try await sandbox.gotoolprov("verify", "oldstable", "--manifest", manifest)
        #expect(verified.output.hasPrefix("go1.98.4  clean"), "\(verified)")
        let status = try await sandbox.gotoolprov(
            "status",
            "--min",
            "--want",
            "oldstable",
            "golang@1.99",
            "--manifest",
            manifest
        )
        let steps = status.output.split(separator: "\n").suffix(3)
        #expect(steps.first?.hasPrefix("oldstable ") == true, "\(status)")
        #expect(steps.first?.contains("  keep  ") == true, "\(status)")
        #expect(steps.dropFirst().first?.contains("1.99.2") == true, "\(status)")
        #expect(
            steps.last == "1 of 2 requests is not met; run `gotoolprov ensure go1.98.4 go1.99.2`",
            "\(status)"
        )
    }

    /// A cloned repository must not determine trusted digests or executables.
    @Test(arguments: [#""catalogs": ["c.json"]"#, #""sdkRoot": "tc""#, #""gobin": "bin""#])
    func `a manifest that was found by search may not contain trusted settings`(
        member: String
    ) async throws {
        let (_, digest) = try await sandbox.serve(archive)
        try sandbox.directory.write(
            "project/gotoolprov.json",
            #"{"go": {"versions": ["go1.99.1"], "default": "go1.99.1"}, \#(member)}"#
        )
        for arguments in [["ensure"], ["which"], ["exec", "--", "go"]] {
            let result = try await run(
                sandbox.program,
                arguments,
                environment: sandbox.environment,
                in: "\(sandbox.directory.path)/project"
            )
            #expect(result.status == 78, "\(result)")
            #expect(result.error.contains("--manifest"), "\(result)")
        }
        // A manifest named on the command line may.
        let named = try await sandbox.gotoolprov(
            "status",
            "--manifest",
            "\(sandbox.directory.path)/project/gotoolprov.json"
        )
        #expect(named.status == 0, "\(named) \(digest)")
    }

    @Test func `the minimum of a manifest applies to every resolved version`() async throws {
        let (_, digest) = try await sandbox.serve(archive)
        _ = try await sandbox.install(digest)
        try sandbox.directory.write(
            "home/project/gotoolprov.json",
            #"{"go": {"versions": ["go>=1.21"], "minimum": "1.99.2"}}"#
        )
        let result = try await sandbox.gotoolprov("ensure", in: "\(sandbox.home)/project")
        #expect(result.status == 78 || result.status == 65, "\(result)")
        #expect(result.output == "")
    }
}
