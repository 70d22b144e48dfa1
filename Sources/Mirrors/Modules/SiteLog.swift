package import ToolchainCore
package import TransparencyLog

/// The log of a site: its records of toolchains, which only grow, and its newest signed head.
///
/// The texts of the records and the head are the log; everything else follows from them. All documents are static
/// files, below `sumdb/NAME` of a mirror.
package struct SiteLog: Sendable {
    /// Reads a document of the log; nil if it does not exist.
    package typealias Reading = (_ path: String) throws -> [UInt8]?

    /// The paths of documents.
    package static let latestPath = "latest"
    package static let supportedPath = "supported"
    /// The public key, with which `mirror verify` checks the files of the log; hosts have to get it another way.
    package static let keyPath = "key"

    /// The records, in the order of the log.
    package private(set) var records: [ToolchainRecord] = []
    /// The head of the tree over all records; nil for a log that has none.
    package private(set) var signedHead: SignedTreeHead?

    /// Why a log is not what its key has signed, or cannot grow.
    package enum Rejection: Error, Hashable, Sendable, CustomStringConvertible {
        /// A document does not exist.
        case missing(path: String)
        /// A document with records has something else.
        case malformed(path: String)
        /// The records do not have the root that was signed.
        case wrongRoot(signed: TreeHead, computed: TreeHead)
        /// The key has signed a larger tree, whose records are not here.
        case older(found: Int, signed: Int)
        /// The key has signed two trees of which none is the beginning of the other.
        case fork(TreeHead, TreeHead)
        /// The log records another hash of a toolchain.
        case otherHash(ToolchainModule, recorded: ModuleHash, found: ModuleHash)

        /// What is wrong, in words.
        package var description: String {
            switch self {
            case .missing(let path): "the log does not have \(path)"
            case .malformed(let path): "\(path) does not have records of toolchains"
            case .wrongRoot(let signed, let computed):
                "its records are not those that were signed: expected \(signed), computed \(computed)"
            case .older(let found, let signed):
                "it has \(found) records, fewer than the \(signed) that its key has signed"
            case .fork(let one, let other):
                "its key has signed two trees that contradict each other: \(one), and \(other)"
            case .otherHash(let module, let recorded, let found):
                "it records \(recorded) for \(module.go.toolchainName), and the archive has \(found)"
            }
        }
    }

    /// A log without records.
    package init() {}

    /// Reads a log, and verifies its records against the head.
    ///
    /// - Parameters:
    ///   - latest: The head that the log serves; nil if it serves none.
    ///   - kept: The newest head that is known to have been signed. If it is larger, because a run was killed after it
    ///     had signed, the records have to be there.
    ///   - read: Reads documents.
    /// - Throws: ``Rejection``; whatever `read` throws; an error where OpenSSL fails.
    package init(
        latest: SignedTreeHead?,
        kept: SignedTreeHead?,
        reading read: Reading
    ) throws {
        let heads = [latest, kept].compactMap { $0 }.sorted { $0.head.size < $1.head.size }
        guard let newest = heads.last else { return }
        do {
            records = try Self.records(newest.head.size, read)
        } catch let rejection as Rejection {
            let found = latest?.head.size ?? 0
            guard found < newest.head.size else { throw rejection }
            throw Rejection.older(found: found, signed: newest.head.size)
        }
        let computed = try RecordTree(records.map(\.text)).head()
        guard computed == newest.head else {
            throw Rejection.wrongRoot(signed: newest.head, computed: computed)
        }
        for older in heads.dropLast() where older.head.size > 0 {
            let prefix = records.prefix(older.head.size).map(\.text)
            guard try RecordTree(prefix).head() == older.head else {
                throw Rejection.fork(older.head, newest.head)
            }
        }
        signedHead = newest
    }

    /// Reads the first `size` records.
    private static func records(_ size: Int, _ read: Reading) throws -> [ToolchainRecord] {
        var records: [ToolchainRecord] = []
        for start in stride(from: 0, to: size, by: Tile.fullWidth) {
            let width = min(Tile.fullWidth, size - start)
            let tile = Tile(level: 0, index: start / Tile.fullWidth, width: width)
            let path = tile.recordsPath
            guard let bytes = try read(path) else { throw Rejection.missing(path: path) }
            guard let texts = RecordTile.records(bytes, from: start), texts.count == width else {
                throw Rejection.malformed(path: path)
            }
            for text in texts {
                guard let record = ToolchainRecord(text) else {
                    throw Rejection.malformed(path: path)
                }
                records.append(record)
            }
        }
        return records
    }

    /// Adds records of toolchains that the log does not have yet, and signs the new head.
    ///
    /// - Parameters:
    ///   - new: The records, in the order in which they are added. Those that the log has are left out.
    ///   - key: The key.
    /// - Returns: How many records were added; the head is unchanged for none.
    /// - Throws: ``Rejection/otherHash(_:recorded:found:)``; an error where OpenSSL fails. The log is then unchanged.
    @discardableResult
    package mutating func append(
        _ new: [ToolchainRecord],
        signedBy key: SigningKey
    ) throws -> Int {
        var grown = records
        var hashes = Dictionary(records.map { ($0.module, $0.hash) }) { first, _ in first }
        for record in new {
            guard let recorded = hashes[record.module] else {
                hashes[record.module] = record.hash
                grown.append(record)
                continue
            }
            guard recorded == record.hash else {
                throw Rejection.otherHash(record.module, recorded: recorded, found: record.hash)
            }
        }
        let count = grown.count - records.count
        guard count > 0 else { return 0 }
        signedHead = try key.sign(RecordTree(grown.map(\.text)).head())
        records = grown
        return count
    }

    /// The tiles, and the texts of the records: what has to be written before the head.
    ///
    /// - Returns: The documents by their paths.
    /// - Throws: An error where OpenSSL fails.
    package func tiles() throws -> [(path: String, bytes: [UInt8])] {
        let texts = records.map(\.text)
        return try RecordTree(texts).tiles(after: 0).flatMap { tile, bytes in
            guard tile.level == 0 else { return [(tile.path, bytes)] }
            let start = tile.index * Tile.fullWidth
            let document = RecordTile.document(texts[start..<(start + tile.width)], from: start)
            return [(tile.path, bytes), (tile.recordsPath, document)]
        }
    }

    /// The head, the answers to lookups, and the empty document that announces the log: what is written last.
    ///
    /// All answers have the newest head, so that a copy of the log needs only the newest tiles.
    ///
    /// - Returns: The documents by their paths; none for a log without records.
    /// - Throws: ``ToolchainRecord/Rejection`` for a record that no log has.
    package func answers() throws -> [(path: String, bytes: [UInt8])] {
        guard let note = signedHead?.note.note.bytes else { return [] }
        var answers = [(path: Self.latestPath, bytes: note)]
        for (index, record) in records.enumerated() {
            let start = Array("\(index)\n".utf8) + record.text + Array("\n".utf8)
            answers.append((try ToolchainRecord.lookupPath(of: record.module), start + note))
        }
        return answers + [(Self.supportedPath, [])]
    }
}

extension ToolchainRecord {
    /// Reads the text of a record of any toolchain; nil for anything else.
    fileprivate init?(_ text: [UInt8]) {
        let words = text.prefix { $0 != UInt8(ascii: "\n") }.split(separator: UInt8(ascii: " "))
        guard words.count == 3,
            let module = ToolchainModule(version: String(decoding: words[1], as: UTF8.self)),
            let record = try? ToolchainRecord(parsing: text, of: module)
        else { return nil }
        self = record
    }
}
