package import ToolchainCore

/// What the first entry of a unit of debug information says: one package of Go, or one C file.
struct DebugUnit: Hashable, Sendable {
    /// DWARF's version.
    let version: Int
    /// DW_AT_language.
    var language: UInt64?
    /// DW_AT_name: of Go the package's path, or `main`.
    var name: String?
    /// DW_AT_producer: the compiler and its flags.
    var producer: String?
    /// DW_AT_stmt_list: where its line table is.
    var lineTable: UInt64?
    /// Whether numbers that name places have 64 bits.
    let isWide: Bool

    /// DW_LANG_Go.
    var isGo: Bool { language == 22 }
    /// C, C++, assembler and their like; cgo's own parts in any case.
    var isForeign: Bool { language.map { $0 != 22 } ?? false }

    /// The compiler that Delve refuses the units of, such as `GNU Go 12.2.0`; nil for Go's own, and
    /// where that is not known.
    var otherCompiler: String? {
        guard isGo, let producer, !producer.isEmpty, optimization == nil else { return nil }
        return producer
    }

    /// What the compiler did with the package, as Delve concludes it.
    var optimization: Optimization? {
        guard isGo, let producer else { return nil }
        return Optimization(producer: producer)
    }
}

/// What Go's compiler did with a package.
package struct Optimization: Hashable, Sendable {
    /// Whether variables may be missing or stale (no `-N`).
    package let isOptimized: Bool
    /// Whether functions may have been merged into their callers (no `-l`).
    package let isInlined: Bool
    /// Whether it was built for the race detector.
    package let isRaceEnabled: Bool
    /// Whether it has functions and lines, but no variables and parameters (`-dwarf=false`).
    package let lacksVariables: Bool
    /// The Go release that compiled it.
    package let goVersion: GoVersion?

    /// Whether a debugger sees everything.
    package var isFullyDebuggable: Bool { isUnoptimized && !lacksVariables }

    /// Whether it was compiled with `-N -l`.
    var isUnoptimized: Bool { !isOptimized && !isInlined }

    /// Reads `Go cmd/compile go1.27.3; -N -l regabi`.
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
