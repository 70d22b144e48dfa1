internal import CLinux
internal import Glibc
package import ToolchainCore

/// The platform of a host, in Go's terms.
package struct HostPlatform: Hashable, Sendable {
    /// GOOS and GOARCH.
    package let platform: GoPlatform
    /// The machine name of the kernel (`uname -m`).
    package let machine: String
    /// The observation from which GOARCH was concluded.
    package let evidence: String

    /// The error for a host that Go does not support.
    package struct Unknown: Error, Hashable, Sendable {
        /// The machine name of the kernel (`uname -m`).
        package let machine: String
    }

    /// Determines the platform of the userland in `files`.
    ///
    /// A 64-bit kernel may run a 32-bit userland, so the ELF class of /bin/sh decides, or of this
    /// program if /bin/sh does not exist (docs/facts/edge-cases.md#architectures).
    ///
    /// - Throws: ``Unknown`` for a machine that Go does not support on Linux.
    package static func detected(in files: RootedFiles) throws(Unknown) -> HostPlatform {
        let machine = kernelNames().machine
        for program in ["/bin/sh", "/usr/bin/env", "/proc/self/exe"] {
            guard let header = files.bytes(program, limit: ELFIdentity.byteCount),
                let identity = ELFIdentity(header: header)
            else { continue }
            guard let architecture = identity.architecture else { throw Unknown(machine: machine) }
            return HostPlatform(
                platform: GoPlatform(architecture),
                machine: machine,
                evidence: "\(program) is an executable for \(architecture.rawValue)"
            )
        }
        guard
            let architecture = GoArchitecture(
                machine: machine,
                isLittleEndian: 1.littleEndian == 1
            )
        else { throw Unknown(machine: machine) }
        return HostPlatform(
            platform: GoPlatform(architecture),
            machine: machine,
            evidence: "the kernel reports \(machine)"
        )
    }

    /// Returns the kernel release and machine name from uname(2).
    package static func kernelNames() -> (release: String, machine: String) {
        var names = utsname()
        guard unsafe uname(&names) == 0 else { return ("unknown", "unknown") }
        return (text(names.release), text(names.machine))
    }

    private static func text<Characters>(_ field: Characters) -> String {
        unsafe withUnsafeBytes(of: field) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}

/// The GOAMD64 level of a processor, which determines the instructions that programs may use.
package enum AMD64Level: String, Hashable, Sendable, CaseIterable {
    case v1
    case v2
    case v3
    case v4

    /// The features that the level adds, by their names in /proc/cpuinfo
    /// (go.dev/wiki/MinimumRequirements, x86-64 psABI "Micro-Architecture Levels").
    private var flags: [String] {
        switch self {
        case .v1: []
        case .v2: ["cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3"]
        case .v3: ["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"]
        case .v4: ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]
        }
    }

    /// Returns the highest level that the first processor in /proc/cpuinfo supports, or `nil` if it
    /// cannot be read.
    ///
    /// The level is a compiler option and does not affect which archive to install.
    package static func detected(in files: RootedFiles) -> AMD64Level? {
        guard let text = files.text("/proc/cpuinfo"),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") })
        else { return nil }
        let present = Set(line.split(separator: " ").map(String.init))
        return allCases.prefix { level in level.flags.allSatisfy(present.contains) }.last
    }
}
