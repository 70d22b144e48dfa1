import HostInspection
import TestSupport
import Testing
import ToolchainCore

/// The rules of docs/facts/debugging.md#c-library, tested on copies of such hosts' files.
@Suite(.unitLimit)
struct InspectionTests {
    let directory: TemporaryDirectory
    var files: RootedFiles { RootedFiles(root: directory.path) }

    init() throws { directory = try TemporaryDirectory() }

    /// Returns a 64-bit little-endian program whose only program header names a loader.
    static func program(machine: UInt8, interpreter: String?) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 120)
        bytes.replaceSubrange(0..<6, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1])
        bytes[18] = machine
        bytes[32] = 64  // the program headers' offset
        bytes[54] = 56
        bytes[56] = interpreter == nil ? 0 : 1
        guard let interpreter else { return bytes }
        bytes[64] = 3  // PT_INTERP
        bytes[72] = 120
        bytes[96] = UInt8(interpreter.utf8.count + 1)
        return bytes + Array(interpreter.utf8) + [0]
    }

    @Test func `glibc is detected from programs even if musl's loader is present`() throws {
        try directory.write(
            "usr/bin/dash",
            Self.program(machine: 62, interpreter: "/lib64/ld-linux-x86-64.so.2")
        )
        try directory.write("lib/ld-musl-x86_64.so.1", "musl libc\u{0}1.2.3\u{0}")
        try directory.write(
            "lib/x86_64-linux-gnu/libc.so.6",
            "GNU C Library stable release version 2.36.\n"
        )
        let library = CLibrary.detected(in: files)
        #expect(library.kind == .none || library.kind == .musl, "no /bin/sh yet: \(library)")
        try directory.write(
            "bin/sh",
            Self.program(machine: 62, interpreter: "/lib64/ld-linux-x86-64.so.2")
        )
        let found = CLibrary.detected(in: files)
        #expect(found.kind == .glibc)
        #expect(found.version == "2.36")
    }

    @Test func `musl is detected with its version through links`() async throws {
        try directory.write(
            "usr/bin/busybox",
            Self.program(machine: 62, interpreter: "/lib/ld-musl-x86_64.so.1")
        )
        try directory.write("lib/ld-musl-x86_64.so.1", "x\u{0}musl libc (x86_64)\u{0}1.2.5\u{0}")
        // An absolute link is followed inside the root, not on this host.
        #expect(try await run("ln", ["-s", "usr/bin", "\(directory.path)/bin"]).status == 0)
        #expect(
            try await run("ln", ["-s", "/bin/busybox", "\(directory.path)/usr/bin/sh"]).status == 0
        )
        let library = CLibrary.detected(in: files)
        #expect(library.kind == .musl)
        #expect(library.version == "1.2.5")
    }

    @Test func `an empty root has no C library`() {
        #expect(CLibrary.detected(in: files).kind == .none)
    }

    @Test func `circular links are not followed forever`() async throws {
        try directory.write("bin/x", "")
        #expect(try await run("ln", ["-s", "/bin/sh", "\(directory.path)/bin/sh"]).status == 0)
        #expect(CLibrary.detected(in: files).kind == .none)
    }

    @Test(arguments: [
        (UInt8(2), GoArchitecture?.none), (62, .amd64), (183, .arm64),
    ])
    func `the machine of the userland's programs decides`(
        machine: UInt8,
        expected: GoArchitecture?
    ) throws {
        try directory.write("bin/sh", Self.program(machine: machine, interpreter: nil))
        if let expected {
            #expect(try HostPlatform.detected(in: files).platform.architecture == expected)
        } else {
            #expect(throws: HostPlatform.Unknown.self) { try HostPlatform.detected(in: files) }
        }
    }

    /// An arm64 or amd64 kernel with a 32-bit userland: docs/facts/edge-cases.md#architectures.
    @Test(arguments: [(UInt8(40), GoArchitecture.arm), (3, .i386)])
    func `a 32-bit userland is detected on any kernel`(
        machine: UInt8,
        expected: GoArchitecture
    ) throws {
        var header = Self.program(machine: machine, interpreter: nil)
        header[4] = 1
        try directory.write("bin/sh", header)
        #expect(try HostPlatform.detected(in: files).platform.architecture == expected)
    }

    @Test(arguments: [
        ("fpu sse2", "v1"),
        ("cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3", "v2"),
        (
            "cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3 avx avx2 bmi1 bmi2 f16c fma abm movbe xsave",
            "v3"
        ),
        // A level counts only with all below it.
        ("avx avx2 bmi1 bmi2 f16c fma abm movbe xsave", "v1"),
    ])
    func `the GOAMD64 level is the highest that is complete`(
        flags: String,
        expected: String
    ) throws {
        try directory.write("proc/cpuinfo", "processor : 0\nflags\t\t: \(flags)\n\nprocessor : 1\n")
        #expect(AMD64Level.detected(in: files)?.rawValue == expected)
    }

    @Test func `an unreadable cpuinfo is unknown, not v1`() {
        #expect(AMD64Level.detected(in: files) == nil)
    }
}
