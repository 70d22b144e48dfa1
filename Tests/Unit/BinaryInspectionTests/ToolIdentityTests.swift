import TestSupport
import Testing

@testable import BinaryInspection

@Suite(.unitLimit)
struct ToolIdentityTests {
    @Test(arguments: [
        ("github.com/go-delve/delve/cmd/dlv", "dlv"), ("golang.org/x/tools/gopls", "gopls"),
        ("honnef.co/go/tools/cmd/staticcheck", "staticcheck"),
        ("github.com/golangci/golangci-lint/v2/cmd/golangci-lint", "golangci-lint"),
        ("example.com/tool/v2", "tool"), ("cmd/go", "go"),
        ("command-line-arguments", "command-line-arguments"), ("v2", "v2"),
    ])
    func `the main package determines the name of a tool`(path: String, name: String) {
        #expect(ToolIdentity.name(ofPackage: path) == name)
    }

    @Test(arguments: [
        ("v1.27.1", String?("1.27.1")), ("v1.27.1+dirty", "1.27.1"), ("(devel)", nil), ("", nil),
        ("v0.0.0-20260101000000-0123456789ab", "0.0.0-20260101000000-0123456789ab"),
        ("v2.0.0+incompatible", "2.0.0"), ("v1.2", nil), ("v1.2.3.4", nil), ("master", nil),
        ("v1.2.x", nil), ("v1.2.3-rc.1", "1.2.3-rc.1"), ("v1.2.3 4", nil),
    ])
    func `a version must follow semantic versioning`(text: String, version: String?) {
        #expect(ToolIdentity.release(text) == version)
    }

    @Test(arguments: [true, false])
    func `a Delve from a source archive is identified by its blob ID`(headers: Bool) throws {
        let id = "38e5cb2261db4e94a735fecc8bc5ccdc1226f2ef"
        let modules =
            "path\tgithub.com/go-delve/delve/cmd/dlv\nmod\tgithub.com/go-delve/delve\t(devel)\t\n"
            + "build\tCGO_ENABLED=0\nbuild\tvcs.revision=0123\nbuild\tvcs.modified=true\n"
        for (text, expected) in [
            ("x$Id: \(id) $y", id), ("$Id$ $Id: zz $ $$Id: \(id) $", id),
            ("$Id: \(id.dropLast()) $", nil), ("$Id: \(id)", nil),
        ] {
            var fixture = ELFFixture.go(modules: modules)
            fixture.hasSectionHeaders = headers
            fixture.sections.append(
                .init(
                    name: ".rodata",
                    flags: ELFFixture.readOnly,
                    address: 0x50_0000,
                    contents: Array(text.utf8)
                )
            )
            let file = BinaryFile(bytes: fixture.bytes)
            let identity = try #require(ToolIdentity(of: file, ELFFile(file)))
            #expect(identity.name == "dlv")
            #expect(identity.delveBuild == expected, "\(text)")
            #expect(identity.version == nil)
            #expect(identity.revision == "0123" && identity.isModified)
            #expect(identity.isCgoEnabled == false && identity.isStatic)
        }
    }
}
