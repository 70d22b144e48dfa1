package import ToolchainCore

/// The identity of a tool, read from its executable without running it
/// (docs/facts/debugging.md#identifying-a-delve-executable).
package struct ToolIdentity: Hashable, Sendable {
    /// The name: `dlv`, `gopls`, `staticcheck`, or else the last component of the package's path.
    package let name: String
    /// The path of the main package.
    package let packagePath: String
    /// The version without its `v`, if recorded: `1.27.1`.
    package let version: String?
    /// The commit that it was built from.
    package let revision: String?
    /// Whether the sources differed from that commit.
    package let isModified: Bool
    /// The Git blob hash of Delve's version.go, which identifies a release built from a source archive.
    package let delveBuild: String?
    /// The Go that built it.
    package let goVersion: GoVersion?
    /// The Go version as recorded in the file.
    package let goVersionText: String
    /// Whether cgo was enabled, but not necessarily used; nil if unknown.
    package let isCgoEnabled: Bool?
    package let architecture: GoArchitecture?
    /// Whether it requires neither a dynamic loader nor libraries.
    package let isStatic: Bool
    /// The dynamic loader that it requires.
    package let interpreter: String?
    /// The oldest glibc that it can run with; nil if it does not require glibc.
    package let glibcFloor: GlibcVersion?

    /// Identifies a program; nil if it is not a Go program or does not record its main package.
    package init?(of file: BinaryFile, _ elf: ELFFile) {
        guard let info = GoBuildInfo(in: file, elf) else { return nil }
        self.init(of: file, elf, info)
    }

    /// Identifies a program from its build information; nil if that does not record a main package.
    package init?(of file: BinaryFile, _ elf: ELFFile, _ info: GoBuildInfo) {
        guard let path = info.packagePath, let name = Self.name(ofPackage: path) else { return nil }
        self.name = name
        packagePath = path
        version = info.module.flatMap { Self.release($0.version) }
        revision = info.setting("vcs.revision")
        isModified = info.setting("vcs.modified") == "true"
        delveBuild = name == "dlv" ? Self.delveBuild(in: file, elf) : nil
        goVersion = info.goVersion
        goVersionText = info.versionText
        isCgoEnabled = info.setting("CGO_ENABLED").map { $0 == "1" }
        architecture = elf.architecture
        isStatic = elf.isStatic
        interpreter = elf.interpreter
        glibcFloor = elf.glibcFloor
    }

    /// Returns the name of the tool with a main package; like `go install`, this ignores a major version.
    static func name(ofPackage path: String) -> String? {
        switch path {
        case "github.com/go-delve/delve/cmd/dlv": return "dlv"
        case "golang.org/x/tools/gopls": return "gopls"
        case "honnef.co/go/tools/cmd/staticcheck": return "staticcheck"
        default:
            let parts = path.split(byte: "/")
            guard let last = parts.last else { return nil }
            let isMajor =
                last.hasPrefix("v") && last.utf8.count > 1
                && last.utf8.dropFirst().allSatisfy(\.isDigit)
            return isMajor ? parts.dropLast().last ?? last : last
        }
    }

    /// Returns `1.27.1` for `v1.27.1`, `v1.27.1+dirty` and `v1.27.1+incompatible`; nil for anything else,
    /// such as `(devel)`.
    static func release(_ text: String) -> String? {
        guard text.hasPrefix("v") else { return nil }
        let version = text.dropFirst().prefix { $0 != "+" }
        let core = version.prefix { $0 != "-" }.split(
            separator: ".",
            omittingEmptySubsequences: false
        )
        guard core.count == 3,
            core.allSatisfy({
                (1...10).contains($0.utf8.count) && $0.utf8.allSatisfy(\.isDigit)
            }),
            version.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        return String(version)
    }

    /// Returns the hash in `$Id: <40 hexadecimal digits> $`, which `git archive` writes into version.go.
    ///
    /// The constant is in `.rodata` or, if there are no section headers, in a segment that is not writable.
    private static func delveBuild(in file: BinaryFile, _ elf: ELFFile) -> String? {
        var ranges: [(UInt64, UInt64)] = []
        if let section = elf.section(".rodata") {
            ranges = [(section.offset, section.size)]
        } else {
            for segment in elf.segments where segment.isLoaded && !segment.isWritable {
                ranges.append((segment.offset, segment.fileSize))
            }
        }
        // Segments may overlap, so the limit applies to all of them together.
        var remaining = BinaryFile.searchLimit
        for (offset, size) in ranges where remaining > 0 {
            let count = min(size, remaining)
            if let found = firstIdentifier(from: offset, count, in: file) { return found }
            remaining -= count
        }
        return nil
    }

    private static let identifierSize = 47

    private static func firstIdentifier(
        from offset: UInt64,
        _ size: UInt64,
        in file: BinaryFile
    ) -> String? {
        let (end, overflows) = offset.addingReportingOverflow(size)
        guard !overflows else { return nil }
        let window = 1 << 20
        let prefix = Array("$Id: ".utf8)
        var windowStart = offset
        while windowStart < end {
            let count = min(UInt64(window + identifierSize), end - windowStart)
            let bytes = file.prefix(at: windowStart, count: Int(count))
            guard bytes.count >= identifierSize else { return nil }
            for start in bytes.offsets(of: prefix) where start + identifierSize <= bytes.count {
                let piece = bytes[start..<(start + identifierSize)]
                let digits = piece.dropFirst(prefix.count).prefix(40)
                if piece.suffix(2).elementsEqual(" $".utf8),
                    digits.allSatisfy({
                        $0.isLowercaseHexDigit
                    })
                {
                    return String(decoding: digits, as: UTF8.self)
                }
            }
            windowStart += UInt64(window)
        }
        return nil
    }
}
