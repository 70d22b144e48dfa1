internal import CLinux
internal import COpenSSL
package import ToolchainCore

/// How this executable was built.
package enum ProgramBuild {
    /// Whether the executable is statically linked.
    package static var isStatic: Bool { clinux_is_static() }

    /// The architecture that the executable was compiled for, or `nil` if Go does not support it.
    package static var architecture: GoArchitecture? {
        #if arch(x86_64)
            .amd64
        #elseif arch(arm64)
            .arm64
        #else
            nil
        #endif
    }

    /// The name of the library that decompresses archives.
    package static var inflateLibrary: String {
        switch Inflation.fastest {
        #if ISAL
            case .isal: "ISA-L"
        #endif
        case .zlib: "zlib"
        }
    }

    /// The version of the linked OpenSSL.
    package static var openSSLVersion: String {
        unsafe String(cString: OpenSSL_version(OPENSSL_VERSION_STRING))
    }
}
