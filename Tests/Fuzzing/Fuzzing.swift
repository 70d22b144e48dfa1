internal import BinaryInspection
internal import Glibc
internal import TestSupport
internal import ToolchainCore
internal import ToolchainHost

/// A reader that gets mutated input: the first byte of an input says which.
///
/// Each promises something for whatever it accepts, so that more than a crash is found.
enum Reader: UInt8, CaseIterable {
    case tar
    case gzip
    case catalogue
    case receipt
    case manifest
    case index
    case version
    case request
    case elf

    /// Reads `input` and looks whether the promise is kept.
    func read(_ input: [UInt8]) throws {
        switch self {
        // Behind a checksum no mutation would get far, so it is put right.
        case .tar: try ArchiveTrial.unpack(Gzip.member(input))
        case .gzip: try ArchiveTrial.unpack(input)
        case .catalogue: _ = try Catalogue(parsing: input, voucher: .commandLine)
        case .manifest: _ = try Manifest(parsing: input)
        case .receipt:
            let receipt = try Receipt(parsing: input)
            let again = try Receipt(parsing: Array(receipt.document.rendered.utf8))
            precondition(again == receipt, "a receipt changes when it is written and read")
        case .index:
            let index = try TreeIndex(parsing: input)
            let again = try TreeIndex(parsing: index.specification)
            precondition(again == index, "an index changes when it is written and read")
        case .version:
            guard let version = GoVersion(String(decoding: input, as: UTF8.self)) else { return }
            let name = version.toolchainName
            precondition(GoVersion(name) == version, "\(name) is another version when read again")
            precondition(!name.utf8.contains { $0 == 0x2F || $0 < 0x21 }, "\(name) is no file name")
        case .elf:
            let report = try BinaryReport(BinaryFile(bytes: input), host: .amd64)
            let rules = report.substitutions { _ in false }
            _ = report.document(delve: .unknown, substitutions: rules).rendered
            precondition(
                report.verdict != .full || report.debugging != nil,
                "full, without any debug information"
            )
        case .request:
            let request = try GoRequest(parsing: String(decoding: input, as: UTF8.self))
            for version in Self.versions where request.best(among: [version]) != nil {
                precondition(request.isAnswered(by: version), "the best answer is none")
            }
        }
    }

    private static let versions = ["1.20", "1.21.0", "1.21rc2", "1.27.3"].compactMap {
        GoVersion($0)
    }

    /// What the mutations start from.
    var seeds: [[UInt8]] {
        switch self {
        case .tar: Self.archives.map(\.tar)
        case .gzip: Self.archives.map(\.gzipped)
        case .catalogue:
            Self.texts(
                """
                {"schemaVersion": 1, "go": [{"version": "1.28.0", "date": "2027-02-09", "archives": [
                {"arch": "amd64", "sha256": "\(Self.digest)", "size": 7, "file": "a.tar.gz",
                "replaces": "\(Self.digest)"}, {"arch": "arm", "sha256": "\(Self.digest)"}]}]}
                """,
                #"{"schemaVersion": 2, "go": []}"#
            )
        case .receipt: Self.receipts
        case .manifest:
            Self.texts(
                """
                {"go": {"versions": ["go1.21.13", "go>=1.27"], "default": "go1.27", // so
                "minimum": "1.21"}, "mirrors": ["/mnt/go",], "durability": "none", "gobin": "~/b"}
                """,
                "\u{FEFF}{\"go\": {\"versions\": [\"\\u0067o1.20\"]}} /* end */"
            )
        case .index:
            Self.texts(
                """
                #mtree
                . type=dir mode=0755
                ./a\\040b type=file mode=0644 size=9 sha256digest=\(Self.digest)
                ./src type=dir mode=0755

                """
            )
        case .version: Self.texts("go1.21.13", "1.28rc1", "1.20", "go1.22-custom", "1.9.2rc2")
        case .elf: Self.programs
        case .request:
            Self.texts("go1.21", "go@latest", "go>=1.21.3", "go1.20.x", "go1.28rc", "go@1.20")
        }
    }

    private static let digest = String(repeating: "0123456789abcdef", count: 4)

    private static func texts(_ texts: String...) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    private static let archives = [
        ArchiveFixture.go("1.99.1", program: [0x7F, 0x45, 0x4C, 0x46]),
        ArchiveFixture().directory("go/").file("go/test/Äfoo.go", "package a")
            .file("go/x", "x", pax: [("path", "go/" + String(repeating: "d/", count: 60) + "f")]),
        ArchiveFixture().symbolicLink("go/link", to: "/etc/passwd").file("go/link/x", "x"),
        ArchiveFixture().file("go/a", "a").hardLink("go/b", to: "go/a").special("go/c", type: "3"),
        ArchiveFixture().file("go/../../x", "x").file("go/sparse", "x", declaring: 1 << 32),
    ]

    private static let programs: [[UInt8]] = {
        var big = ELFFixture.go(isCompressed: false)
        big.isLittleEndian = false
        big.machine = 22
        var bare = ELFFixture.go(producerFlags: nil)
        bare.hasSectionHeaders = false
        let known = [
            ELFFixture.go(), ELFFixture.go(producerFlags: "; regabi"),
            ELFFixture.go(debugVersion: 5, otherUnits: [("example.com/app/sum", "; regabi")]), big,
            bare,
        ]
        return known.map(\.bytes) + [(try? bytes(of: "/bin/true")) ?? []]
    }()

    private static let receipts: [[UInt8]] = {
        guard let version = GoVersion("1.99.1"), let digest = SHA256Digest(hexadecimal: digest)
        else { return [] }
        let pin = PinnedArchive(
            .go(version),
            platform: GoPlatform(.amd64),
            fileName: "go1.99.1.linux-amd64.tar.gz",
            digest: digest,
            byteCount: 7,
            voucher: .commandLine
        )
        let receipt = Receipt(
            of: .go(version),
            archive: pin,
            archiveByteCount: 7,
            source: "/mnt/go",
            index: Receipt.IndexSummary(digest: digest, fileCount: 3, byteCount: 9),
            installedAt: "2026-11-23T01:02:03Z",
            installedBy: "gotoolprov 0.1.0"
        )
        return [Array(receipt.document.rendered.utf8)]
    }()
}

/// Unpacks into a folder in memory and compares the tree with the index.
enum ArchiveTrial {
    private static let folder: TemporaryFolder? = try? TemporaryFolder(inMemory: true)

    /// Unpacks an archive that is what is pinned, whatever it is.
    ///
    /// Nothing may appear beside the tree, and what is accepted has to be as the index says.
    static func unpack(_ bytes: [UInt8]) throws {
        guard let folder else { preconditionFailure("there is no folder to unpack into") }
        let watch = Watch(report: { _, _, _ in }, signal: { 0 })
        let path = try folder.write("area/archive", bytes)
        let tree = "\(folder.path)/area/tree"
        try FileSystem.remove(tree)
        try FileSystem.makeDirectories(tree)
        var limits = ArchiveUnpacker.Limits()
        limits.byteCount = 1 << 22
        limits.memberCount = 200
        guard let version = GoVersion("1.99.1") else { return }
        let pin = PinnedArchive(
            .go(version),
            platform: GoPlatform(.amd64),
            fileName: "archive",
            digest: try SHA256Digest(of: bytes),
            byteCount: bytes.count,
            voucher: .commandLine
        )
        defer {
            let beside = try? FileSystem.names(in: "\(folder.path)/area")
            precondition(beside == ["archive", "tree"], "the archive got out: \(beside ?? [])")
        }
        let index = try ArchiveUnpacker(limits: limits, umask: 0o22, watch: watch).unpack(
            try ArchiveFile.opening(path).verified(against: pin, watch: watch),
            topFolder: "go",
            reserved: [".gotoolprov"],
            into: tree
        )
        let differences = try TreeVerifier(root: tree, reserved: [], watch: watch)
            .differences(from: index, reading: true)
        precondition(differences.isEmpty, "the tree is not what the index says: \(differences)")
    }
}

/// libFuzzer, as a function: compiler-rt's FuzzerInterface.h.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ argumentCount: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Writes the seeds into the folder that the first argument names, then hands the others to libFuzzer.
@main
enum Fuzzing {
    static func main() {
        guard CommandLine.argc > 1 else { preconditionFailure("no folder for the seeds is named") }
        for reader in Reader.allCases {
            for (number, seed) in reader.seeds.enumerated() {
                let path = "\(CommandLine.arguments[1])/\(reader).\(number)"
                guard let file = unsafe fopen(path, "w") else { preconditionFailure(path) }
                let bytes = [reader.rawValue] + seed
                _ = unsafe fwrite(bytes, 1, bytes.count, file)
                _ = unsafe fclose(file)
            }
        }
        var count = CommandLine.argc - 1
        var arguments = unsafe CommandLine.unsafeArgv + 1
        exit(
            unsafe runDriver(&count, &arguments) { start, count in
                let input = unsafe UnsafeBufferPointer(start: start, count: count)
                guard let first = unsafe input.first, let reader = Reader(rawValue: first) else {
                    return -1
                }
                // What is refused is as good as what is accepted.
                try? reader.read(unsafe Array(input.dropFirst()))
                return 0
            }
        )
    }
}
