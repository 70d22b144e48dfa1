/// A processor architecture by Go's name for it, for the Linux ports that Go has or had archives for.
package enum GoArchitecture: String, Hashable, Sendable, CaseIterable, Comparable {
    case i386 = "386"
    case amd64
    case arm
    case arm64
    case loong64
    case mips
    case mips64
    case mips64le
    case mipsle
    case ppc64
    case ppc64le
    case riscv64
    case s390x

    /// The architecture's name in the names of Go's archives: GOARCH, but `armv6l` for `arm`,
    /// because those are built with GOARM=6 (golang/build, `releasetargets.go`).
    package var archiveName: String { self == .arm ? "armv6l" : rawValue }

    /// The architecture that an archive's name means; GOARCH names are taken too.
    package init?(archiveName name: String) {
        guard
            let found = Self.allCases.first(where: { $0.archiveName == name || $0.rawValue == name }
            )
        else { return nil }
        self = found
    }

    /// The architecture of a machine by the kernel's name for it (`uname -m`).
    ///
    /// The kernel's name is not the userland's: a 64-bit kernel may run 32-bit programs only.
    /// `mips` and `mips64` do not tell their byte order, so `isLittleEndian` has to.
    package init?(machine: String, isLittleEndian: Bool) {
        switch machine {
        case "x86_64", "amd64": self = .amd64
        case "aarch64", "arm64": self = .arm64
        case "i386", "i486", "i586", "i686": self = .i386
        case "armv6l", "armv7l", "armv8l": self = .arm
        case "ppc64le": self = .ppc64le
        case "ppc64": self = .ppc64
        case "s390x": self = .s390x
        case "riscv64": self = .riscv64
        case "loongarch64": self = .loong64
        case "mips64": self = isLittleEndian ? .mips64le : .mips64
        case "mips": self = isLittleEndian ? .mipsle : .mips
        default: return nil
        }
    }

    /// Orders by name.
    package static func < (left: GoArchitecture, right: GoArchitecture) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// What a Go archive is built for.
///
/// Only Linux is installed for, so GOOS is always `linux`.
package struct GoPlatform: Hashable, Sendable, CustomStringConvertible {
    /// GOOS.
    package static let operatingSystem = "linux"
    /// GOARCH.
    package let architecture: GoArchitecture

    /// The platform Linux on `architecture`.
    package init(_ architecture: GoArchitecture) { self.architecture = architecture }

    /// `linux/amd64`, as Go writes it.
    package var description: String { "\(Self.operatingSystem)/\(architecture.rawValue)" }
}

extension GoVersion {
    /// The official name of this version's archive: `go1.21.13.linux-armv6l.tar.gz`.
    package func archiveFileName(for platform: GoPlatform) -> String {
        "\(toolchainName).\(GoPlatform.operatingSystem)-\(platform.architecture.archiveName).tar.gz"
    }

    /// The version that a file of an official name holds, whatever the architecture; nil for other names.
    package init?(archiveFileName name: String) {
        guard name.hasPrefix("go"), name.hasSuffix(".tar.gz"),
            let end = name.range(ofFirst: ".\(GoPlatform.operatingSystem)-")
        else { return nil }
        self.init(name[..<end.lowerBound])
    }
}
