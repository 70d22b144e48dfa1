import TestSupport
import Testing
import ToolchainCore

@testable import BinaryInspection

@Suite(.unitLimit)
struct GoBuildInfoTests {
    func read(_ fixture: ELFFixture) throws -> GoBuildInfo? {
        let file = BinaryFile(bytes: fixture.bytes)
        return GoBuildInfo(in: file, try ELFFile(file))
    }

    @Test func `the inline form is parsed`() throws {
        let info = try #require(try read(.go()))
        #expect(info.form == .inline)
        #expect(info.versionText == "go1.26.1")
        #expect(info.packagePath == "example.com/app/cmd/a")
        #expect(info.module == .init(path: "example.com/app", version: "v1.2.3", sum: nil))
        #expect(info.dependencyCount == 1)
        #expect(info.settings.map(\.key) == ["-gcflags", "CGO_ENABLED", "GOARCH"])
    }

    /// The format before Go 1.18, in both byte orders and pointer sizes.
    @Test(arguments: [(true, true), (true, false), (false, true), (false, false)])
    func `the form with pointers is parsed`(is64Bit: Bool, isLittleEndian: Bool) throws {
        var fixture = ELFFixture()
        fixture.is64Bit = is64Bit
        fixture.isLittleEndian = isLittleEndian
        let word = is64Bit ? 8 : 4
        let text = Array("go1.17.13".utf8)
        let modules =
            [UInt8](repeating: 1, count: 16) + Array("path\tcmd/x\n".utf8)
            + [UInt8](repeating: 2, count: 16)
        let base: UInt64 = 0x10_0000
        // The header is followed by the headers of two strings, and then their bytes.
        let strings = base + 32 + UInt64(4 * word)
        var contents: [UInt8] = [0xFF] + Array(" Go buildinf:".utf8)
        contents += [UInt8(word), isLittleEndian ? 0 : 1]
        contents +=
            fixture.number(base + 32, word) + fixture.number(base + 32 + UInt64(2 * word), word)
        contents += [UInt8](repeating: 0, count: 32 - contents.count)
        contents += fixture.number(strings, word) + fixture.number(UInt64(text.count), word)
        contents += fixture.number(strings + UInt64(text.count), word)
        contents += fixture.number(UInt64(modules.count), word)
        contents += text + modules
        fixture.sections = [
            .init(name: ".data", flags: ELFFixture.writable, address: base, contents: contents)
        ]
        let info = try #require(try read(fixture))
        #expect(info.form == .pointers)
        #expect(info.goVersion == GoVersion("1.17.13"))
        #expect(info.packagePath == "cmd/x")
    }

    @Test(arguments: [
        ("CGO_ENABLED=0", "CGO_ENABLED", "0"), ("CGO_CFLAGS=", "CGO_CFLAGS", ""),
        (#"-ldflags="-s -w""#, "-ldflags", "-s -w"), (#""a b"=c"#, "a b", "c"),
        ("-x=`raw \\n`", "-x", "raw \\n"), (#"-x="a\"b\\c\tdäA\x41""#, "-x", "a\"b\\c\tdäAA"),
        (#"-x="open"#, "-x", #""open"#), (#"-x="bad\q""#, "-x", #""bad\q""#),
        (#"-x="bad\xZZ""#, "-x", #""bad\xZZ""#), ("a=b=c", "a", "b=c"),
    ])
    func `settings are unquoted`(text: String, key: String, value: String) {
        let setting = GoBuildInfo.Setting(text)
        #expect(setting?.key == key)
        #expect(setting?.value == value)
    }

    @Test(arguments: ["", "=x", "x", "\"open", "\"a\"", "\"a\"b=c"])
    func `a setting without a key is rejected`(text: String) {
        #expect(GoBuildInfo.Setting(text) == nil)
    }
}
