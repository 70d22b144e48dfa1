package import ToolchainCore

/// What a Go program says about how it was built: what `go version -m` prints.
///
/// The format is that of Go's `debug/buildinfo`, since Go 1.18 with the texts in place and before
/// that with pointers to them. It outlives strip(1) and `-ldflags='-s -w'`. It tells what was asked
/// for; what the file holds is for its headers to say: docs/facts/debugging.md#build-information.
package struct GoBuildInfo: Hashable, Sendable {
    /// How the two texts are stored.
    package enum Form: String, Hashable, Sendable {
        /// In place, since Go 1.18.
        case inline
        /// Through pointers to strings.
        case pointers
    }

    /// The main module.
    package struct Module: Hashable, Sendable {
        /// `github.com/go-delve/delve`.
        package let path: String
        /// `v1.27.1`, `(devel)`, or nothing.
        package let version: String
        /// Its checksum, if it came from a module cache.
        package let sum: String?
    }

    /// Another module.
    struct Dependency: Hashable, Sendable {
        let path: String
        let version: String
        /// Whether its checksum is recorded, as it is for what comes from a module cache; what comes
        /// from a directory `vendor` has none.
        var hasSum: Bool
        /// Whether it is worked on: its sources are those of a directory and of no version.
        ///
        /// That is the main module where files were named to `go build`, and what go.work and
        /// `replace` with a directory add.
        var isLocal: Bool
        /// The directory that was put in its place, as go.mod has it.
        var replacement: String?

        /// Whether a directory was put in its place.
        var isReplaced: Bool { replacement != nil }
    }

    /// What stands for the path of a main package that was named by its files.
    static let commandLinePackage = "command-line-arguments"

    /// A flag or variable of the build.
    package struct Setting: Hashable, Sendable {
        /// `-gcflags`, `CGO_ENABLED`, `vcs.revision`.
        package let key: String
        /// Its value, Go's quotes removed.
        package let value: String
    }

    /// How the texts are stored.
    package let form: Form
    /// Go's version as it is in the file: `go1.21.13`, `devel go1.23-…`, `go1.27.3 X:nodwarf5`.
    package let versionText: String
    /// The main package: `github.com/go-delve/delve/cmd/dlv`.
    package let packagePath: String?
    /// The main module; a program built without modules has none.
    package let module: Module?
    /// The other modules that went into it, in their order, as far as they are read.
    let dependencies: [Dependency]
    /// The settings in their order.
    package let settings: [Setting]

    /// The Go release that built it; nil where none is named, as by `devel +33aff0e5`.
    package var goVersion: GoVersion? { GoVersion(reported: versionText) }

    /// How many other modules went into it, also those that are not read.
    package let dependencyCount: Int
    /// How many of them are read; the largest programs have a few thousand.
    static let dependencyLimit = 10_000

    /// The value of a setting.
    package func setting(_ key: String) -> String? { settings.first { $0.key == key }?.value }

    /// Finds and reads the build information; nil where there is none.
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

    /// Whether a replacement is a directory and no module, as `go.mod` has it.
    private static func isDirectory(_ path: String) -> Bool {
        ["./", "../", "/"].contains { path.hasPrefix($0) } || path == "." || path == ".."
    }

    /// The package that a test program is of, if this is the build of one.
    var testedPackage: String? {
        packagePath.map { $0.hasSuffix(Self.testSuffix) ? String($0.dropLast(5)) : $0 }
    }

    /// What Go puts behind the path of a package that it makes a test program of; Go 1.21 does not
    /// where that is a package main.
    static let testSuffix = ".test"

    /// The modules that are worked on: the main one first.
    var localModules: [String] {
        [module?.path].compactMap { $0 } + dependencies.filter(\.isLocal).map(\.path)
    }
}

extension GoBuildInfo.Setting {
    /// Reads `KEY=VALUE`, either of which may be quoted; nil where it has no key.
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

/// The string literals of Go, as far as `strconv.Quote` writes them.
enum GoQuoting {
    /// The index after the literal that `bytes` begin with; nil where it does not end.
    static func end(of bytes: [UInt8]) -> Int? {
        guard let quote = bytes.first else { return nil }
        var index = 1
        while index < bytes.count {
            if bytes[index] == quote { return index + 1 }
            index += bytes[index] == UInt8(ascii: "\\") && quote != UInt8(ascii: "`") ? 2 : 1
        }
        return nil
    }

    /// The text of a literal; other text is unchanged.
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
