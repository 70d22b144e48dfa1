import TestSupport
import Testing

@testable import ToolchainCore

/// docs/facts/edge-cases.md#architectures.
@Suite(.unitLimit)
struct PlatformTests {
    @Test(arguments: [
        ("x86_64", "amd64"), ("aarch64", "arm64"), ("arm64", "arm64"), ("armv6l", "arm"),
        ("armv7l", "arm"), ("armv8l", "arm"), ("i386", "386"), ("i686", "386"),
        ("ppc64le", "ppc64le"), ("s390x", "s390x"), ("riscv64", "riscv64"),
        ("loongarch64", "loong64"), ("mips64", "mips64le"), ("mips", "mipsle"),
        // An armv5 processor cannot run programs built with GOARM=6.
        ("armv5tel", nil), ("sparc64", nil), ("", nil),
    ])
    func `the kernel's machine names are recognized`(machine: String, expected: String?) {
        #expect(
            GoArchitecture(machine: machine, isLittleEndian: true)?.rawValue == expected
        )
    }

    @Test func `the byte order distinguishes the two kinds of MIPS`() {
        #expect(GoArchitecture(machine: "mips64", isLittleEndian: false) == .mips64)
        #expect(GoArchitecture(machine: "mips", isLittleEndian: false) == .mips)
    }

    @Test func `only arm has a different name in archives`() throws {
        let version = try #require(GoVersion("1.21.13"))
        #expect(version.archiveFileName(for: GoPlatform(.arm)) == "go1.21.13.linux-armv6l.tar.gz")
        #expect(version.archiveFileName(for: GoPlatform(.amd64)) == "go1.21.13.linux-amd64.tar.gz")
        for architecture in GoArchitecture.allCases {
            #expect(GoArchitecture(archiveName: architecture.archiveName) == architecture)
        }
    }

    /// An ELF header with the relevant fields.
    static func header(_ elfClass: UInt8, _ byteOrder: UInt8, machine: UInt16) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 64)
        header.replaceSubrange(0..<6, with: [0x7F, 0x45, 0x4C, 0x46, elfClass, byteOrder])
        let bytes = [UInt8(machine >> 8), UInt8(machine & 255)]
        header.replaceSubrange(18..<20, with: byteOrder == 1 ? bytes.reversed() : bytes)
        return header
    }

    @Test(arguments: [
        (1, 1, 3, "386"), (2, 1, 62, "amd64"), (1, 1, 40, "arm"), (2, 1, 183, "arm64"),
        (2, 1, 258, "loong64"), (1, 2, 8, "mips"), (1, 1, 8, "mipsle"), (2, 2, 8, "mips64"),
        (2, 1, 8, "mips64le"), (2, 2, 21, "ppc64"), (2, 1, 21, "ppc64le"), (2, 1, 243, "riscv64"),
        (2, 2, 22, "s390x"),
        // x32: a 32-bit class on the 64-bit machine, which Go does not support.
        (1, 1, 62, nil), (2, 1, 2, nil),
    ])
    func `an ELF header determines the architecture`(
        elfClass: UInt8,
        byteOrder: UInt8,
        machine: UInt16,
        expected: String?
    ) throws {
        let identity = try #require(
            ELFIdentity(header: Self.header(elfClass, byteOrder, machine: machine))
        )
        #expect(identity.architecture?.rawValue == expected)
    }

    @Test func `a file that is not ELF has no identity`() {
        #expect(ELFIdentity(header: []) == nil)
        #expect(ELFIdentity(header: Array("#!/bin/sh\n".utf8)) == nil)
        let header = Self.header(2, 1, machine: 62)
        for count in 0..<64 { #expect(ELFIdentity(header: Array(header.prefix(count))) == nil) }
    }
}
