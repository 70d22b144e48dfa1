internal import Ansible
internal import Editors
internal import FleetReport
internal import TestSupport
internal import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

@testable internal import BinaryInspection
@testable internal import HostInspection

/// A reader of untrusted text or bytes, selected by the first byte of an input.
///
/// Each checks a property of accepted inputs, so that fuzzing finds more than crashes.
enum Reader: UInt8, CaseIterable {
    case tar
    case gzip
    case catalog
    case receipt
    case manifest
    case index
    case version
    case request
    case elf
    case toolCatalog
    case toolRequest
    case vulnerabilities
    case report
    case fleet
    case heal
    case ansible
    case settings
    case flags
    case goModule
    case goEnvironment
    case mounts
    case status
    case sockets
    case operatingSystem
    case address
    case proxies
    case verifierKey
    case note
    case lookup
    case logProof
    case tilePath
    case tiles
    case officialList
    case officialCopy
    case officialFailure
    case catalogFile
    case zip
    case vulnerabilityEntry
    case mirrorIndex

    /// The format of the input, which determines its mutations.
    var shape: Shape {
        switch self {
        case .tar, .gzip, .elf, .tiles, .zip: .bytes
        case .catalog, .toolCatalog, .receipt, .manifest, .vulnerabilities, .report, .fleet,
            .heal, .ansible, .settings, .officialList, .officialCopy, .officialFailure,
            .catalogFile, .vulnerabilityEntry, .mirrorIndex:
            .json
        case .index, .version, .request, .toolRequest, .flags, .goModule, .goEnvironment, .mounts,
            .status, .sockets, .operatingSystem, .address, .proxies, .verifierKey, .note, .lookup,
            .logProof, .tilePath:
            .text
        }
    }

    /// Reads `input` and checks the property of the reader.
    ///
    /// - Returns: Whether it was accepted.
    /// - Throws: The error of the reader for an input that it rejects.
    func read(_ input: [UInt8]) throws -> Bool {
        var text: String { String(decoding: input, as: UTF8.self) }
        switch self {
        // A mutation would not get past a checksum, so checksums are corrected.
        case .tar: try ArchiveTrial.unpack(Gzip.member(Self.withHeaderChecksums(input)))
        case .gzip: try ArchiveTrial.unpack(input)
        case .catalog, .toolCatalog: _ = try Catalog(parsing: input, voucher: .commandLine)
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
            guard let version = GoVersion(text) else { return false }
            let name = version.toolchainName
            precondition(GoVersion(name) == version, "\(name) is parsed as another version")
            precondition(
                !name.utf8.contains { $0 == 0x2F || $0 < 0x21 },
                "\(name) is not a file name"
            )
        case .elf:
            let report = try BinaryReport(BinaryFile(bytes: input), host: .amd64)
            let rules = report.substitutions { _ in nil }
            _ = report.document(delve: .unknown(because: nil), substitutions: rules).rendered
            precondition(
                report.verdict != .full || report.debugging != nil,
                "full, without any debug information"
            )
        case .request:
            let request = try GoRequest(parsing: text)
            for version in Self.versions where request.best(among: [version]) != nil {
                precondition(
                    request.isMatched(by: version),
                    "the best match does not match the request"
                )
            }
        case .toolRequest:
            let request = try ToolRequest(parsing: text)
            let again = try ToolRequest(parsing: request.description)
            precondition(
                again == request,
                "a request for a tool changes when it is written and read"
            )
        case .vulnerabilities:
            let list = try VulnerabilityList(parsing: input)
            for version in Self.versions { _ = list.findings(for: version) }
        case .report:
            let report = try HostReport(parsing: input)
            let again = try HostReport(parsing: Array(report.document.rendered.utf8))
            precondition(
                again.document.rendered == report.document.rendered,
                "a report changes when it is written and read"
            )
            _ = report.metrics
        case .fleet:
            _ = try Fleet(parsing: input)
        case .heal: _ = try HealRecord(parsing: input)
        case .ansible: _ = try AnsibleArguments(parsing: input)
        case .settings:
            let document = try JSONCDocument(input)
            let merged = try Self.editor.merged(into: document)
            let again = try Self.editor.merged(into: merged)
            precondition(again.bytes == merged.bytes, "merging settings once more changes them")
        case .flags:
            let words = FlagWords(text)
            _ = words.without(["ldflags", "mod"])
            return !words.flags().isEmpty
        case .goModule: return GoModuleFile(path: "/go.mod", text: text) != nil
        case .goEnvironment: return GoSettings.parsed(input)?.isEmpty == false
        case .mounts:
            guard let table = try HostTrial.files("proc/self/mountinfo", input).map(MountTable.init)
            else { return false }
            return table?.holding("/mnt/a b/c") != nil
        case .status:
            return try HostTrial.files("proc/self/status", input)
                .flatMap { ProcessStatus(of: "self", in: $0) } != nil
        case .sockets:
            guard let files = try HostTrial.files("proc/net/tcp", input) else { return false }
            let sockets = SocketTable.listening(of: "self", in: files)
            return sockets?.isEmpty == false
        case .operatingSystem:
            return try HostTrial.files("etc/os-release", input)
                .flatMap { OperatingSystem.detected(in: $0) } != nil
        case .address:
            let address = try WebAddress(parsing: text)
            let again = try WebAddress(parsing: address.requestURL)
            precondition(again == address, "an address changes when it is written and read")
        case .proxies:
            let parts = text.split(separator: "\n", maxSplits: 1).map(String.init)
            let settings = ProxySettings { name in
                switch name {
                case "HTTPS_PROXY", "http_proxy": parts.first
                case "NO_PROXY": parts.dropFirst().first
                default: nil
                }
            }
            for address in Self.addresses { _ = try settings.route(to: address) }
        case .verifierKey, .note, .lookup, .logProof, .tilePath, .tiles:
            return try LogTrial.read(self, input)
        case .officialList, .officialCopy, .officialFailure, .catalogFile, .zip,
            .vulnerabilityEntry:
            return try KnowledgeTrial.read(self, input)
        case .mirrorIndex: try MirrorTrial.read(input)
        }
        return true
    }

    /// Returns a tar archive with correct checksums in all headers.
    private static func withHeaderChecksums(_ archive: [UInt8]) -> [UInt8] {
        var bytes = archive
        for start in stride(from: 0, to: max(0, bytes.count - 511), by: 512)
        where bytes[(start + 257)..<(start + 262)].elementsEqual("ustar".utf8) {
            for index in (start + 148)..<(start + 156) { bytes[index] = 0x20 }
            let sum = bytes[start..<(start + 512)].reduce(0) { $0 + Int($1) }
            let digits = String(sum, radix: 8).utf8
            let field = [UInt8](repeating: 0x30, count: max(0, 6 - digits.count)) + digits + [0]
            bytes.replaceSubrange((start + 148)..<(start + 148 + field.count), with: field)
        }
        return bytes
    }

    private static let versions = ["1.20", "1.21.0", "1.21rc2", "1.27.3"].compactMap {
        GoVersion($0)
    }

    private static let addresses = [
        "https://go.dev/", "http://10.1.2.3:80/", "http://[::1]/", "https://a.example.com:8443/",
    ].compactMap { try? WebAddress(parsing: $0) }

    private static let editor = GoEditorSettings(
        go: "/g \"1\"\\/go",
        delve: "/d",
        goRoot: "/g",
        isOffline: true
    )
}

/// The files of a host in memory, one of which is the input.
enum HostTrial {
    private static let directory: TemporaryDirectory? = try? TemporaryDirectory(inMemory: true)

    /// Returns the files after writing `name`.
    static func files(_ name: String, _ contents: [UInt8]) throws -> RootedFiles? {
        guard let directory else { return nil }
        try directory.write("\(name.replacing("/", with: "-"))/\(name)", contents)
        return RootedFiles(root: "\(directory.path)/\(name.replacing("/", with: "-"))")
    }
}
