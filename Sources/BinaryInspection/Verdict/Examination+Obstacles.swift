internal import ToolchainCore

/// Why Delve cannot debug a program, regardless of its debug information.
enum Obstacle: Hashable, Sendable {
    /// It is a shared library.
    case library
    /// It is a core dump.
    case core
    /// It is an unlinked object file.
    case relocatable
    /// Delve rejects its debug information.
    case refused
}

extension Examination {
    /// The reasons why Delve rejects the debug information, the most important first.
    ///
    /// They are the requirements of Delve's `bininfo.go`.
    var refusals: [String] {
        guard let units else { return [] }
        if units.goUnits.allSatisfy({ $0.optimization == nil }),
            let compiler = units.goUnits.lazy.compactMap(\.otherCompiler).first
        {
            let name = compiler.split(byte: " ").prefix(3).joined(separator: " ")
            return [
                "\(name.withVisibleControls) compiled it: Delve supports only Go's own compiler"
            ]
        }
        var reasons: [String] = []
        let whose = splitFile == nil ? "it" : "the debug information file"
        if !unitsHolder.hasSymbols {
            reasons.append(
                "\(whose) has no symbol table, and Delve refuses debug information without one:"
                    + " build without -s and do not strip it"
            )
        }
        // Delve also accepts the frame information of C code, which is in the program.
        if DebugInformation.section("frame", in: unitsHolder) == nil,
            !elf.sections.contains(where: { $0.name == ".eh_frame" })
        {
            reasons.append("\(whose) lacks .debug_frame, which Delve requires")
        }
        if DebugInformation.section("line", in: unitsHolder) == nil {
            reasons.append("\(whose) lacks .debug_line, which Delve requires to find lines")
        }
        if let version = units.version, version >= 5, !units.hasAddresses {
            reasons.append("\(whose) lacks .debug_addr, which Delve requires for DWARF 5")
        }
        return reasons
    }

    /// Whether UPX packed it: it has a marker after the program headers, and another near the end.
    var isPackedByUPX: Bool {
        let mark = Array("UPX!".utf8)
        let end = UInt64(max(0, file.byteCount - 4096))
        return [0, end].contains { offset in
            file.contains(mark, at: offset, count: 4096)
        }
    }
}

extension ELFFile {
    /// Whether there is a linker symbol table, regardless of its name.
    var hasSymbols: Bool { sections.contains { $0.type == 2 && $0.size > 0 } }
}

extension BinaryFile {
    /// Returns whether `pattern` occurs in the `count` bytes from `offset`.
    func contains(_ pattern: [UInt8], at offset: UInt64, count: UInt64) -> Bool {
        let window: UInt64 = 1 << 20
        let count = min(count, Self.searchLimit)
        var start: UInt64 = 0
        while start < count {
            let length = min(window + UInt64(pattern.count), count - start)
            let bytes = prefix(at: offset &+ start, count: Int(length))
            if !bytes.offsets(of: pattern).isEmpty { return true }
            if bytes.count < Int(length) { return false }
            start += window
        }
        return false
    }

    /// Returns whether a path is that of a program built by `go run`: `/tmp/go-build123/b001/exe/app` or,
    /// since Go 1.24, `d9/d9451008…-d/app` in the build cache.
    static func isBuiltByGoRun(_ path: String) -> Bool {
        let parts = Array(path.split(byte: "/").suffix(4))
        guard parts.count == 4 else { return false }
        if parts[0].hasPrefix("go-build"), parts[1] == "b001", parts[2] == "exe" { return true }
        let digest = parts[2].dropLast(2)
        return parts[2].hasSuffix("-d") && digest.utf8.count == 64 && parts[1].utf8.count == 2
            && digest.hasPrefix(parts[1]) && digest.allSatisfy(\.isHexDigit)
    }
}
