/// A processor architecture for which Go publishes, or has published, Linux archives.
///
/// The raw value is GOARCH.
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

    /// The name of the architecture in the file names of Go's archives.
    ///
    /// It is GOARCH, except `armv6l` for `arm`, because those archives are built with GOARM=6
    /// (golang/build, `releasetargets.go`).
    package var archiveName: String { self == .arm ? "armv6l" : rawValue }

    /// Parses the architecture in the file name of an archive; GOARCH is accepted too.
    package init?(archiveName name: String) {
        guard
            let found = Self.allCases.first(where: { $0.archiveName == name || $0.rawValue == name }
            )
        else { return nil }
        self = found
    }

    /// Parses the name that the kernel reports (`uname -m`); nil for an unknown one.
    ///
    /// It describes the kernel and not user space: a 64-bit kernel may run 32-bit programs only.
    /// `mips` and `mips64` do not include the byte order, hence `isLittleEndian`.
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

/// The operating system and architecture that an archive is built for; the system is always Linux.
package struct GoPlatform: Hashable, Sendable, CustomStringConvertible {
    /// GOOS.
    package static let operatingSystem = "linux"
    /// GOARCH.
    package let architecture: GoArchitecture

    /// Creates the platform for Linux on `architecture`.
    package init(_ architecture: GoArchitecture) { self.architecture = architecture }

    /// `linux/amd64`, as Go writes it.
    package var description: String { "\(Self.operatingSystem)/\(architecture.rawValue)" }
}

extension GoVersion {
    /// Returns the official file name of this version's archive: `go1.21.13.linux-armv6l.tar.gz`.
    package func archiveFileName(for platform: GoPlatform) -> String {
        "\(toolchainName).\(GoPlatform.operatingSystem)-\(platform.architecture.archiveName).tar.gz"
    }

    /// Parses the official file name of an archive for any architecture; nil for any other name.
    package init?(archiveFileName name: String) {
        guard name.hasPrefix("go"), name.hasSuffix(".tar.gz"),
            let end = name.range(ofFirst: ".\(GoPlatform.operatingSystem)-")
        else { return nil }
        self.init(name[..<end.lowerBound])
    }
}
