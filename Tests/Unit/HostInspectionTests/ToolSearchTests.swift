import HostInspection
import TestSupport
import Testing

/// Tests of finding Delve and gopls.
@Suite(.unitLimit)
struct ToolSearchTests {
    @Test func `a tool is found in GOBIN, on PATH and in the SDK directory without duplicates`()
        async throws
    {
        let host = try HostFixture()
        for name in [
            "b/dlv1.25.0", "b/dlv-dap", "b/delve", "b/dlvx", "p/gopls", "s/dlv1.26.3-go1.24.0/dlv",
        ] {
            try host.directory.write(name, "", mode: 0o755)
        }
        try host.directory.write("p/dlv9", "not executable")
        try await host.link("b/dlv", to: "dlv1.25.0")
        let found = { (tool: String) in
            ToolSearch.files(
                of: tool,
                goBin: "/b",
                sdkRoot: "/s",
                path: SearchPath("/p:/b"),
                in: host.files
            )
        }
        #expect(found("dlv") == ["/b/dlv1.25.0", "/b/dlv-dap", "/s/dlv1.26.3-go1.24.0/dlv"])
        #expect(found("gopls") == ["/p/gopls"])
    }
}
