package import ToolchainCore

/// What a tool's own file says it is, read without running it:
/// docs/facts/debugging.md#identifying-a-delve-executable.
package struct ToolIdentity: Hashable, Sendable {
    /// `dlv`, `gopls`, `staticcheck`, else the last part of the package's path.
    package let name: String
    /// The main package.
    package let packagePath: String
    /// The version without its `v`, where the file tells it: `1.27.1`.
    package let version: String?
    /// The commit that it was built from.
    package let revision: String?
    /// Whether the sources differed from that commit.
    package let isModified: Bool
    /// Of Delve: the git blob id of its version.go, unique for each release, which a build from a
    /// source archive has in place of a version.
    package let delveBuild: String?
    /// The Go release that built it, and its version as it is in the file.
    package let goVersion: GoVersion?
    /// Go's version as it is in the file.
    package let goVersionText: String
    /// Whether cgo was enabled, which does not say that it was used; nil where that is not told.
    package let isCgoEnabled: Bool?
    /// GOARCH.
    package let architecture: GoArchitecture?
    /// Whether it starts without a loader and without libraries.
    package let isStatic: Bool
    /// The loader that it asks for.
    package let interpreter: String?
    /// The oldest glibc that it starts with; nil where it needs none.
    package let glibcFloor: GlibcVersion?

    /// Reads the tool at `file`; nil unless it is a Go program that names its main package.
    package init?(of file: BinaryFile, _ elf: ELFFile) {
        guard let info = GoBuildInfo(in: file, elf) else { return nil }
        self.init(of: file, elf, info)
    }

    /// As above, with the build information that was read before.
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

    /// The tool's name by its main package; as `go install` names it, a major version does not count.
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

    /// `1.27.1` for `v1.27.1`, `v1.27.1+dirty` and `v2.0.0+incompatible`; nil for anything else,
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

    /// The id in `$Id: <40 hexadecimal digits> $`, which git puts into a file that it exports.
    ///
    /// Constants are in read-only data: in `.rodata`, or without section headers in a segment that
    /// is not writable.
    private static func delveBuild(in file: BinaryFile, _ elf: ELFFile) -> String? {
        var places: [(UInt64, UInt64)] = []
        if let section = elf.section(".rodata") {
            places = [(section.offset, section.size)]
        } else {
            for segment in elf.segments where segment.isLoaded && !segment.isWritable {
                places.append((segment.offset, segment.fileSize))
            }
        }
        // Segments may overlap, so that the limit is for all of them together.
        var left = BinaryFile.searchLimit
        for (offset, size) in places where left > 0 {
            let count = min(size, left)
            if let found = firstIdentifier(from: offset, count, in: file) { return found }
            left -= count
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
        var place = offset
        while place < end {
            let count = min(UInt64(window + identifierSize), end - place)
            let bytes = file.prefix(at: place, count: Int(count))
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
            place += UInt64(window)
        }
        return nil
    }
}
