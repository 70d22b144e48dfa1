import Testing

@testable import BinaryInspection

struct ToolIdentityTests {
    @Test(arguments: [
        ("github.com/go-delve/delve/cmd/dlv", "dlv"), ("golang.org/x/tools/gopls", "gopls"),
        ("honnef.co/go/tools/cmd/staticcheck", "staticcheck"),
        ("github.com/golangci/golangci-lint/v2/cmd/golangci-lint", "golangci-lint"),
        ("example.com/tool/v2", "tool"), ("cmd/go", "go"),
        ("command-line-arguments", "command-line-arguments"), ("v2", "v2"),
    ])
    func `a tool is named by its main package`(path: String, name: String) {
        #expect(ToolIdentity.name(ofPackage: path) == name)
    }

    @Test(arguments: [
        ("v1.27.1", String?("1.27.1")), ("v1.27.1+dirty", "1.27.1"), ("(devel)", nil), ("", nil),
        ("v0.0.0-20260101000000-0123456789ab", "0.0.0-20260101000000-0123456789ab"),
        ("v2.0.0+incompatible", "2.0.0"), ("v1.2", nil), ("v1.2.3.4", nil), ("master", nil),
        ("v1.2.x", nil), ("v1.2.3-rc.1", "1.2.3-rc.1"), ("v1.2.3 4", nil),
    ])
    func `a version is one of semantic versioning, or none`(text: String, version: String?) {
        #expect(ToolIdentity.release(text) == version)
    }
}
