import HostInspection
import TestSupport
import Testing
import ToolchainCore
import ToolchainHost

/// Tests of the JSON documents against their schemas.
extension ReadinessTests {
    @Test func `the documents of this host match their schemas`() async throws {
        let setting = HostFacts.Setting(
            sdkRoot: "/tmp/no-sdk",
            goBin: "/tmp/no-bin",
            environment: HostEnvironment(
                variables: ["HOME": "/tmp", "PATH": "/usr/bin:/bin"],
                currentDirectory: "/",
                umask: 0o022
            )
        )
        let files = RootedFiles()
        let facts = HostFacts.gathered(setting, in: files)
        let readiness = DebugReadiness(DebugFacts.gathered(facts, in: files), compatibility: nil)
        try await validate(readiness.document, against: "doctor")
        #expect(readiness.checks.allSatisfy { !$0.evidence.isEmpty })
        let document = JSONValue.object(
            [DocumentKind.status.member] + facts.members(published: [:]) + [
                .init("sdkRoot", "/s"), .init("gobin", ["path": "/b", "onPath": false]),
                .init("manifest", nil), .init("mirrors", []), .init("installed", []),
                .init(
                    "alignment",
                    [
                        Alignment(
                            tool: "go",
                            request: "go1.21.0",
                            source: "arguments",
                            action: .install,
                            version: "1.21.0",
                            reason: "no Go is installed"
                        ).document
                    ]
                ),
            ]
        )
        try await validate(document, against: "status")
        await #expect(throws: SupportError.self) {
            try await validate(["schema": "gotoolprov.status/2"], against: "status")
        }
    }

    @Test func `the documents of other hosts match their schemas`() async throws {
        let host = try await host([
            "etc/os-release": "ID=debian\n", ".dockerenv": "", "run/WSL/x": "",
            "home/dev/.config/go/env": "GOTOOLCHAIN=local\n",
        ])
        let facts = facts(host, variables: ["GOROOT": "/nowhere"])
        try await validate(
            DebugReadiness(facts, compatibility: Self.compatibility).document,
            against: "doctor"
        )
        let document = JSONValue.object(
            [DocumentKind.status.member] + facts.host.members(published: [:]) + [
                .init("sdkRoot", "/s"), .init("gobin", ["path": "/b", "onPath": true]),
                .init("manifest", nil), .init("mirrors", []), .init("installed", []),
                .init("alignment", []),
            ]
        )
        try await validate(document, against: "status")
    }

    private func validate(_ document: JSONValue, against schema: String) async throws {
        try await TestSupport.validate(document.rendered, against: schema)
    }
}
