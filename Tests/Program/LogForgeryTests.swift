import LogFixtures
import TestSupport
import Testing
import TransparencyLog

/// Copies of the log that a server forged or damaged: they prove nothing, and nothing is left of them.
@Suite(.programLimit)
struct LogForgeryTests {
    let host: OnlineHost
    var site: LogSite { host.site }

    init() throws { host = try OnlineHost() }

    /// The documents of a log, by their paths below it.
    typealias Documents = [String: [UInt8]]

    /// How documents are forged.
    struct Forgery: Sendable {
        let what: String
        /// What the error contains.
        let phrases: [String]
        let status: Int32
        let forge: @Sendable (inout Documents, OnlineHost) throws -> Void

        init(
            _ what: String,
            _ phrases: [String],
            status: Int32 = 65,
            _ forge: @escaping @Sendable (inout Documents, OnlineHost) throws -> Void
        ) {
            self.what = what
            self.phrases = phrases
            self.status = status
            self.forge = forge
        }

        /// A forged answer to the lookup.
        static func lookup(
            _ what: String,
            _ phrases: [String],
            _ answer: @escaping @Sendable ([UInt8], OnlineHost) throws -> [UInt8]
        ) -> Forgery {
            Forgery(what, phrases) { documents, host in
                let right = documents[OnlineHost.lookup] ?? []
                documents[OnlineHost.lookup] = try answer(right, host)
            }
        }

        /// A forged head in the answer to the lookup.
        static func note(
            _ what: String,
            _ phrases: [String],
            _ note: @escaping @Sendable ([UInt8], OnlineHost) throws -> [UInt8]
        ) -> Forgery {
            Forgery(what, phrases) { documents, host in
                let forged = try note(host.log.note(OnlineHost.size), host)
                documents["latest"] = forged
                documents[OnlineHost.lookup] = LogForgery.lookup(
                    OnlineHost.Entry.asked.rawValue,
                    try host.archive.record(),
                    forged
                )
            }
        }

        /// The answer for another record, which the log has.
        static func record(
            _ what: String,
            _ phrases: [String],
            _ entry: OnlineHost.Entry
        ) -> Forgery {
            .lookup(what, phrases) { _, host in
                try host.log.lookup(entry.rawValue, in: OnlineHost.size)
            }
        }

        /// A forged tile.
        static func tile(
            _ what: String,
            _ path: String,
            _ phrases: [String],
            _ forge: @escaping @Sendable ([UInt8]) -> [UInt8]
        ) -> Forgery {
            Forgery(what, phrases + [path]) { documents, _ in
                documents[path] = forge(documents[path] ?? [])
            }
        }
    }

    // MARK: - The signed head

    static let notes: [Forgery] = [
        .note("another root, without a new signature", ["signature"]) { note, host in
            let other = try host.fork().head(OnlineHost.size)
            let root = "\(try host.log.head(OnlineHost.size).root)"
            let text = String(decoding: note, as: UTF8.self)
            return Array(text.replacing(root, with: "\(other.root)").utf8)
        },
        .note("another size, without a new signature", ["signature"]) { note, _ in
            let text = String(decoding: note, as: UTF8.self)
            return Array(text.replacing("\n300\n", with: "\n299\n").utf8)
        },
        .note("one bit of the signature", ["signature"]) { note, _ in
            try LogForgery.withWrongSignature(note)
        },
        .note("signed by another key of the same name", ["expected", "found"]) { _, host in
            try TestLog(host.log.records, signer: LogSigner(seed: 9)).note(OnlineHost.size)
        },
        .note("signed by another log", ["other.example"]) { _, host in
            let signer = try LogSigner(name: "other.example")
            return try TestLog(host.log.records, signer: signer).note(OnlineHost.size)
        },
        .note("truncated", ["log.example"]) { note, _ in note.dropLast(9) },
        .note("without signature", ["log.example"]) { note, _ in
            let text = String(decoding: note, as: UTF8.self)
            return Array(text.prefix(upTo: text.firstIndex(of: "—") ?? text.endIndex).utf8)
        },
        .note("not a tree head", ["log.example"]) { _, host in
            try host.signer.note("another kind of note\n")
        },
        .note("with too many signatures", ["log.example"]) { note, _ in
            note + Array(String(repeating: "— x AAAAAAAA\n", count: 101).utf8)
        },
    ]

    @Test(arguments: notes.indices)
    func `a forged head is refused`(row: Int) async throws { try await refuse(Self.notes[row]) }

    // MARK: - The record

    static let records: [Forgery] = [
        .record("another version", ["record", "go1.99.1"], .otherVersion),
        .record("another architecture", ["record", hostArchitecture], .otherArchitecture),
        .record("no line with the hash", ["record"], .withoutLine),
        .record("two lines with a hash", ["record"], .twice),
        .record("a line about another version", ["record"], .withMore),
        .lookup("another number", ["record", "131"]) { _, host in
            let note = try host.log.note(OnlineHost.size)
            return LogForgery.lookup(131, try host.archive.record(), note)
        },
        .lookup("a number that the tree does not have", ["expected", "300"]) { _, host in
            let note = try host.log.note(OnlineHost.size)
            return LogForgery.lookup(300, try host.archive.record(), note)
        },
        .lookup("a number that no tree has", ["log.example"]) { answer, _ in
            Array("99999999999999999999".utf8) + answer
        },
        .lookup("another hash", ["record", "130"]) { _, host in
            let record = try ProvenArchive("1.99.3").record("1.99.1")
            return LogForgery.lookup(130, record, try host.log.note(OnlineHost.size))
        },
        .lookup("a tree that does not have the record yet", ["expected", "100"]) { _, host in
            LogForgery.lookup(130, try host.archive.record(), try host.log.note(100))
        },
        .lookup("no number", ["log.example"]) { answer, _ in Array(answer.dropFirst(4)) },
        .lookup("no record", ["log.example"]) { _, host in
            LogForgery.lookup(130, [], try host.log.note(OnlineHost.size))
        },
        .lookup("no head", ["log.example"]) { _, host in
            LogForgery.lookup(130, try host.archive.record(), [])
        },
        .lookup("not UTF-8", ["log.example"]) { answer, _ in
            Array("130\n".utf8) + [0xC0, 0xAF] + answer.dropFirst(4)
        },
        .lookup("empty", ["log.example"]) { _, _ in [] },
    ]

    @Test(arguments: records.indices)
    func `the record of anything else is refused`(row: Int) async throws {
        try await refuse(Self.records[row])
    }

    // MARK: - The tiles

    /// The full tile that has the hash of the record.
    static let full = "tile/8/0/000"
    /// The last tile.
    static let partial = "tile/8/0/001.p/44"

    static let tiles: [Forgery] = [
        .tile("one bit of the record's hash", full, ["expected", "found"]) {
            LogForgery.withWrongBit($0, at: 130 * 32)
        },
        .tile("one bit of another hash", full, ["expected", "found"]) {
            LogForgery.withWrongBit($0, at: 31)
        },
        .tile("two hashes exchanged", full, ["expected", "found"]) {
            LogForgery.exchanging(129, 130, in: $0)
        },
        .tile("one hash less", full, ["expected", "found"]) { $0.dropLast(32) },
        .tile("one byte less", full, ["expected", "found"]) { $0.dropLast(1) },
        .tile("a partial one that is wider", partial, ["expected", "found"]) {
            $0 + $0.prefix(32)
        },
        .tile("a partial one that is narrower", partial, ["expected", "found"]) {
            $0.dropLast(32)
        },
        .tile("an empty one", partial, ["expected", "found"]) { _ in [] },
        Forgery("one bit of the last tile", ["tree", "300"]) { documents, _ in
            documents[partial] = LogForgery.withWrongBit(documents[partial] ?? [], at: 5)
        },
        Forgery("one bit of the tile above", ["tree", "300"]) { documents, _ in
            let path = "tile/8/1/000.p/1"
            documents[path] = LogForgery.withWrongBit(documents[path] ?? [], at: 5)
        },
        Forgery("the tiles of a fork", ["tree", "300"]) { documents, host in
            documents.merge(try host.fork().tiles(OnlineHost.size)) { $1 }
        },
        Forgery("a signed tree with another size", ["tree", "299"]) { documents, host in
            let head = TreeHead(size: 299, root: try host.log.head(OnlineHost.size).root)
            let note = try host.signer.note(head.text)
            let record = try host.archive.record()
            documents[OnlineHost.lookup] = LogForgery.lookup(130, record, note)
            documents.merge(host.log.tiles(299)) { $1 }
        },
        Forgery("the last tile is missing", [partial], status: 69) { documents, _ in
            documents[partial] = nil
        },
        Forgery("the tile of the record is missing", [full], status: 69) { documents, _ in
            documents[full] = nil
        },
    ]

    @Test(arguments: tiles.indices)
    func `tiles that contradict the signed head are refused`(row: Int) async throws {
        try await refuse(Self.tiles[row])
    }

    // MARK: - Expectations

    /// Expects the program to refuse a forged copy, with and without a kept head, and to use the next one.
    private func refuse(
        _ forgery: Forgery,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        var documents = try host.log.documents(OnlineHost.size)
        try forgery.forge(&documents, host)
        site.add(documents, below: host.sumdb)
        site.add("/\(OnlineHost.fileName())", host.archive.fixture.gzipped)
        let phrases = forgery.phrases + [site.url]
        try await host.expectRefusal(
            forgery.status,
            saying: phrases,
            sourceLocation: sourceLocation
        )
        #expect(host.head() == nil, sourceLocation: sourceLocation)
        #expect(
            !site.requests.contains { $0.path.hasSuffix(".tar.gz") },
            "nothing is downloaded that is not proven",
            sourceLocation: sourceLocation
        )
        // Too small to prove the record by itself.
        try host.keep(90)
        try await host.expectRefusal(
            forgery.status,
            saying: [site.url],
            sourceLocation: sourceLocation
        )

        // A forged copy does not keep a right one from being used.
        let good = try LogSite()
        try host.addAll(to: good)
        let result = try await host.ensure(from: [site.url, good.url])
        #expect(result.status == 0, "\(result)", sourceLocation: sourceLocation)
        #expect(result.error.contains(site.url), "\(result)", sourceLocation: sourceLocation)
        #expect(
            host.head() == (try host.log.note(OnlineHost.size)),
            sourceLocation: sourceLocation
        )
    }
}
