package import ToolchainCore

/// The first entry of a unit of debug information, which describes a Go package or, for example, a C file.
struct DebugUnit: Hashable, Sendable {
    /// The DWARF version.
    let version: Int
    /// DW_AT_language.
    var language: UInt64?
    /// DW_AT_name: for Go, the path of the package, or `main`.
    var name: String?
    /// DW_AT_producer: the compiler and its flags.
    var producer: String?
    /// DW_AT_stmt_list: the offset of the line table.
    var lineTable: UInt64?
    /// Whether offsets have 64 bits.
    let isWide: Bool

    /// DW_LANG_Go.
    var isGo: Bool { language == 22 }
    /// Whether this is a unit in another language, such as C or assembler.
    var isForeign: Bool { language.map { $0 != 22 } ?? false }

    /// The Go compiler that Delve does not support, such as `GNU Go 12.2.0`; nil for Go's own compiler, and
    /// if it is unknown.
    var otherCompiler: String? {
        guard isGo, let producer, !producer.isEmpty, optimization == nil else { return nil }
        return producer
    }

    /// How the package was compiled, determined as Delve does.
    var optimization: Optimization? {
        guard isGo, let producer else { return nil }
        return Optimization(producer: producer)
    }
}

/// How Go's compiler compiled a package.
package struct Optimization: Hashable, Sendable {
    /// Whether variables may be missing or have old values (compiled without `-N`).
    package let isOptimized: Bool
    /// Whether functions may have been inlined (compiled without `-l`).
    package let isInlined: Bool
    /// Whether the race detector is enabled.
    package let isRaceEnabled: Bool
    /// Whether there is debug information for functions and lines but not for variables (`-dwarf=false`).
    package let lacksVariables: Bool
    /// The Go release that compiled it.
    package let goVersion: GoVersion?

    /// Whether a debugger has complete information.
    package var isFullyDebuggable: Bool { isUnoptimized && !lacksVariables }

    /// Whether the package was compiled with `-N -l`.
    var isUnoptimized: Bool { !isOptimized && !isInlined }

    /// Parses a producer such as `Go cmd/compile go1.27.3; -N -l regabi`; nil for other compilers.
    init?(producer: String) {
        let prefix = "Go cmd/compile "
        guard producer.hasPrefix(prefix) else { return nil }
        let rest = producer.dropFirst(prefix.count)
        let parts = String(rest).split(byte: ";")
        goVersion = parts.first.flatMap { GoVersion(reported: $0) }
        // The compiler has recorded its flags since Go 1.10, so without a record there were none. A flag
        // that was given twice is recorded as `-N=2`.
        let flags = FlagWords(
            parts.dropFirst().joined(separator: ";"),
            takesPattern: false
        ).flags()
        isOptimized = !flags.contains { $0.name == "N" }
        isInlined = !flags.contains { $0.name == "l" }
        isRaceEnabled = flags.contains { $0.name == "race" }
        lacksVariables = flags.contains { $0.name == "dwarf" && !$0.isOn }
    }
}
