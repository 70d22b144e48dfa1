package import ToolchainCore

/// The build information in a Go program, which `go version -m` prints.
///
/// The format is that of Go's `debug/buildinfo`: since Go 1.18 with inline strings, before that with
/// pointers to strings. strip(1) and `-ldflags='-s -w'` do not remove it. It records the requested
/// settings; only the headers show what the file contains (docs/facts/debugging.md#build-information).
package struct GoBuildInfo: Hashable, Sendable {
    /// How the strings are stored.
    package enum Form: String, Hashable, Sendable {
        /// Inline, since Go 1.18.
        case inline
        /// As pointers to strings.
        case pointers
    }

    /// The main module.
    package struct Module: Hashable, Sendable {
        /// The module path: `github.com/go-delve/delve`.
        package let path: String
        /// The version: `v1.27.1`, `(devel)`, or empty.
        package let version: String
        /// The checksum, if the module came from the module cache.
        package let sum: String?
    }

    /// A dependency of the main module.
    struct Dependency: Hashable, Sendable {
        let path: String
        let version: String
        /// Whether it has a checksum, as modules from the module cache do and vendored ones do not.
        var hasSum: Bool
        /// Whether its sources are in a local directory instead of the module cache.
        ///
        /// This applies to the main module if files were given to `go build`, to modules of go.work, and to
        /// modules that `replace` replaces with a directory.
        var isLocal: Bool
        /// The directory that replaces it, as written in go.mod.
        var replacement: String?

        /// Whether a directory replaces it.
        var isReplaced: Bool { replacement != nil }
    }

    /// The path that Go records for a main package that was given as files.
    static let commandLinePackage = "command-line-arguments"

    /// A build setting: a flag, a variable or information from version control.
    package struct Setting: Hashable, Sendable {
        /// The key: `-gcflags`, `CGO_ENABLED`, `vcs.revision`.
        package let key: String
        /// The value, unquoted.
        package let value: String
    }

    package let form: Form
    /// The recorded Go version: `go1.21.13`, `devel go1.23-…`, `go1.27.3 X:nodwarf5`.
    package let versionText: String
    /// The path of the main package: `github.com/go-delve/delve/cmd/dlv`.
    package let packagePath: String?
    /// The main module; nil for a program built without modules.
    package let module: Module?
    /// The dependencies in order, up to ``dependencyLimit``.
    let dependencies: [Dependency]
    /// The settings in order.
    package let settings: [Setting]

    /// The Go that built the program; nil if its version is not recorded, as in `devel +33aff0e5`.
    package var goVersion: GoVersion? { GoVersion(reported: versionText) }

    /// The number of all dependencies, including those not in ``dependencies``.
    package let dependencyCount: Int
    /// The maximum number of dependencies that are read; the largest programs have a few thousand.
    static let dependencyLimit = 10_000

    /// Returns the value of a setting; nil if it is not recorded.
    package func setting(_ key: String) -> String? { settings.first { $0.key == key }?.value }

    /// Finds and parses the build information; nil if there is none.
    package init?(in file: BinaryFile, _ elf: ELFFile) {
        guard let texts = Texts.found(in: file, elf) else { return nil }
        form = texts.form
        versionText = texts.version
        var path: String?
        var main: Module?
        var others: [Dependency] = []
        var otherCount = 0
        var isOther = false
        var found: [Setting] = []
        for line in texts.modules.split(byte: "\n") {
            let parts = line.split(byte: "\t", omittingEmpty: false)
            switch parts.first {
            case "path" where parts.count == 2: path = path ?? parts[1]
            case "mod" where parts.count >= 3:
                let sum = parts.count > 3 && !parts[3].isEmpty ? parts[3] : nil
                main = main ?? Module(path: parts[1], version: parts[2], sum: sum)
                isOther = false
            case "dep" where parts.count >= 2:
                otherCount += 1
                isOther = otherCount <= Self.dependencyLimit
                guard isOther else { continue }
                let isLocal = parts.count > 2 && parts[2] == "(devel)"
                others.append(
                    Dependency(
                        path: parts[1],
                        version: parts.count > 2 ? parts[2] : "",
                        hasSum: parts.count > 3 && !parts[3].isEmpty,
                        isLocal: isLocal
                    )
                )
            case "=>" where parts.count >= 2 && isOther && !others.isEmpty:
                guard Self.isDirectory(parts[1]) else {
                    others[others.count - 1].hasSum = parts.count > 3 && !parts[3].isEmpty
                    continue
                }
                others[others.count - 1].isLocal = true
                others[others.count - 1].replacement = parts[1]
            case "build" where parts.count >= 2:
                let text = parts[1...].joined(separator: "\t")
                if found.count < 1000, let setting = Setting(text) { found.append(setting) }
            default: break
            }
        }
        packagePath = path
        module = main
        dependencies = others
        dependencyCount = otherCount
        settings = found
    }

    /// Returns whether a replacement in go.mod is a directory instead of a module.
    private static func isDirectory(_ path: String) -> Bool {
        ["./", "../", "/"].contains { path.hasPrefix($0) } || path == "." || path == ".."
    }

    /// The path of the tested package for a test program, or else of the main package.
    var testedPackage: String? {
        packagePath.map { $0.hasSuffix(Self.testSuffix) ? String($0.dropLast(5)) : $0 }
    }

    /// The suffix that Go appends to the path of a tested package, except up to Go 1.21 for a package main.
    static let testSuffix = ".test"

    /// The paths of the modules whose sources are in a local directory, the main module first.
    var localModules: [String] {
        [module?.path].compactMap { $0 } + dependencies.filter(\.isLocal).map(\.path)
    }
}

extension GoBuildInfo.Setting {
    /// Parses `KEY=VALUE`, either of which may be quoted; nil if there is no key.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        let quotes: Set<UInt8> = [UInt8(ascii: "\""), UInt8(ascii: "`")]
        var keyEnd = bytes.firstIndex(of: UInt8(ascii: "=")) ?? bytes.endIndex
        if let first = bytes.first, quotes.contains(first) {
            guard let end = GoQuoting.end(of: bytes) else { return nil }
            keyEnd = end
        }
        guard keyEnd > 0, keyEnd < bytes.endIndex, bytes[keyEnd] == UInt8(ascii: "=") else {
            return nil
        }
        key = GoQuoting.unquoted(bytes[..<keyEnd])
        value = GoQuoting.unquoted(bytes[(keyEnd + 1)...])
    }
}

/// A parser for Go string literals as written by `strconv.Quote`.
enum GoQuoting {
    /// Returns the index after the literal at the start of `bytes`; nil if it is not terminated.
    static func end(of bytes: [UInt8]) -> Int? {
        guard let quote = bytes.first else { return nil }
        var index = 1
        while index < bytes.count {
            if bytes[index] == quote { return index + 1 }
            index += bytes[index] == UInt8(ascii: "\\") && quote != UInt8(ascii: "`") ? 2 : 1
        }
        return nil
    }

    /// Returns the value of a literal; returns other text unchanged.
    static func unquoted(_ bytes: ArraySlice<UInt8>) -> String {
        let raw = String(decoding: bytes, as: UTF8.self)
        guard bytes.count >= 2, let quote = bytes.first, quote == bytes.last else { return raw }
        let inner = bytes.dropFirst().dropLast()
        if quote == UInt8(ascii: "`") { return String(decoding: inner, as: UTF8.self) }
        guard quote == UInt8(ascii: "\"") else { return raw }
        var result: [UInt8] = []
        var rest = inner[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                if byte == quote { return raw }
                result.append(byte)
                continue
            }
            guard let kind = rest.popFirst(), append(kind, &rest, to: &result) else { return raw }
        }
        return String(validating: result, as: UTF8.self) ?? raw
    }

    private static let simple: [Unicode.Scalar: UInt8] = [
        "a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "\\": 92, "\"": 34,
    ]

    private static func append(
        _ kind: UInt8,
        _ rest: inout ArraySlice<UInt8>,
        to result: inout [UInt8]
    ) -> Bool {
        if let byte = simple[Unicode.Scalar(kind)] {
            result.append(byte)
            return true
        }
        let counts: [Unicode.Scalar: Int] = ["x": 2, "u": 4, "U": 8]
        guard let count = counts[Unicode.Scalar(kind)], rest.count >= count,
            rest.prefix(count).allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
            let value = UInt32(String(decoding: rest.prefix(count), as: UTF8.self), radix: 16)
        else { return false }
        rest = rest.dropFirst(count)
        if kind == UInt8(ascii: "x") {
            result.append(UInt8(truncatingIfNeeded: value))
            return true
        }
        guard let scalar = Unicode.Scalar(value) else { return false }
        result += Array(String(Character(scalar)).utf8)
        return true
    }
}
