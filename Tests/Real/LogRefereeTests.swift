import LogFixtures
import TestSupport
import Testing
import TransparencyLog

extension RealGoTests {
    /// Go itself as the referee of what the log proves: the same Go, as an archive for gotoolprov and as a module
    /// for Go's switching, with the same copy of a log, on the same server.
    ///
    /// Both accept the same and refuse the same, except where a test says why not.
    @Suite(.realLimit)
    struct LogRefereeTests {
        typealias Change = @Sendable (inout RefereedGo) throws -> Void

        /// Lets both judge changes of what is served; each begins without any state.
        private func judge(
            _ changes: [(what: String, words: String, change: Change)],
            accepted: Bool,
            go: Bool? = nil,
            old: Bool? = nil,
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            for (what, words, change) in changes {
                let referee = try LogReferee(RealGo())
                var served = try RefereedGo()
                try change(&served)
                try await referee.expect(
                    what,
                    served,
                    accepted: accepted,
                    go: go,
                    old: old,
                    words: words,
                    sourceLocation: sourceLocation
                )
            }
        }

        // MARK: - Agreement

        static let accepted: [(what: String, words: String, change: Change)] = [
            ("the recorded Go", "", { _ in }),
            ("a log of one tile", "", { $0.size = 7 }),
            (
                "a file that the module does not have", "",
                { $0.go.files.append(.init(path: "misc/a", bytes: [1])) }
            ),
            (
                "the full tile in place of the partial one", "",
                {
                    let partial = "\(RefereedGo.edge).p/88"
                    $0.replaced[partial] = .some(nil)
                    var grown = $0
                    grown.size = 768
                    $0.replaced[RefereedGo.edge] = try grown.document(RefereedGo.edge)
                }
            ),
            (
                "another line in the signed head", "",
                {
                    let text = try $0.log.head($0.size).text + "more\n"
                    let note = try $0.signer.note(text)
                    $0.replaced[$0.lookup] = LogForgery.lookup(RefereedGo.index, $0.record, note)
                }
            ),
        ]

        @Test func `both accept the recorded Go`() async throws {
            try await judge(Self.accepted, accepted: true)
        }

        static let altered: [(what: String, words: String, change: Change)] = [
            (
                "one byte", "checksum mismatch",
                { $0.go.files[$0.go.index(of: "bin/go")].bytes[4000] ^= 1 }
            ),
            (
                "one file more", "checksum mismatch",
                { $0.go.files.append(.init(path: "src/a.go", bytes: [])) }
            ),
            (
                "one file less", "checksum mismatch",
                { $0.go.files.remove(at: $0.go.index(of: "src/make.bash")) }
            ),
            (
                "another name", "checksum mismatch",
                { $0.go.files[$0.go.index(of: "src/make.bash")].path = "src/Make.bash" }
            ),
            (
                "the record of another hash", "checksum mismatch",
                {
                    var other = $0.go
                    other.files[other.index(of: "go.env")].bytes = []
                    $0.record = try other.record()
                }
            ),
            ("no archive and no module", "toolchain not available", { $0.isMissing = true }),
        ]

        @Test func `both refuse a Go that is not the recorded one`() async throws {
            try await judge(Self.altered, accepted: false)
        }

        static let forged: [(what: String, words: String, change: Change)] = [
            (
                "a wrong signature", "invalid signature",
                {
                    let note = try LogForgery.withWrongSignature($0.log.note($0.size))
                    $0.replaced[$0.lookup] = LogForgery.lookup(RefereedGo.index, $0.record, note)
                }
            ),
            (
                "another key of the same name", "note has no verifiable signatures",
                { $0.signer = try LogSigner(seed: 9) }
            ),
            (
                "one bit of the partial tile", "downloaded inconsistent tile",
                {
                    let path = "\(RefereedGo.edge).p/88"
                    $0.replaced[path] = LogForgery.withWrongBit(try $0.document(path), at: 9)
                }
            ),
            (
                "a short tile", "bad result",
                {
                    $0.replaced[RefereedGo.tile] = try $0.document(RefereedGo.tile).dropLast()
                }
            ),
            ("a tile less", "404", { $0.replaced[RefereedGo.tile] = .some(nil) }),
            (
                "the number of another record", "cannot authenticate record",
                {
                    let note = try $0.log.note($0.size)
                    $0.replaced[$0.lookup] = LogForgery.lookup(7, $0.record, note)
                }
            ),
            (
                "the number of no record", "cannot validate record",
                {
                    let note = try $0.log.note($0.size)
                    $0.replaced[$0.lookup] = LogForgery.lookup($0.size, $0.record, note)
                }
            ),
            (
                "a record that the log does not have", "cannot authenticate record",
                {
                    let record = $0.record
                    $0.record = Array("another\n".utf8)
                    let note = try $0.log.note($0.size)
                    $0.replaced[$0.lookup] = LogForgery.lookup(RefereedGo.index, record, note)
                }
            ),
            (
                "a page", "malformed record",
                { $0.replaced[$0.lookup] = Array("<html>Please log in</html>\n".utf8) }
            ),
            ("no record", "404", { $0.replaced[$0.lookup] = .some(nil) }),
        ]

        @Test func `both refuse a forged log`() async throws {
            try await judge(Self.forged, accepted: false)
        }

        // MARK: - Where Go was wrong

        static let fixed: [(what: String, words: String, change: Change)] = [
            // CVE-2026-42501: Go accepted any file if the proven record had no line about it.
            (
                "the record of another version", "checksum missing from sumdb response",
                { $0.record = try $0.go.record("1.99.2") }
            ),
            (
                "the record of another architecture", "checksum missing from sumdb response",
                { $0.record = try $0.go.record(for: "s390x") }
            ),
            (
                "the record of something else", "checksum missing from sumdb response",
                { $0.record = Array("another\n".utf8) }
            ),
            // CVE-2026-56865: Go did not verify the first full tiles against those above them.
            (
                "one bit of a full tile", "downloaded inconsistent tile",
                {
                    let tile = try $0.document(RefereedGo.tile)
                    $0.replaced[RefereedGo.tile] = LogForgery.withWrongBit(tile, at: 9)
                }
            ),
            (
                "a full tile with the hash of a record that the log does not have",
                "downloaded inconsistent tile",
                {
                    let record = $0.record
                    $0.record = Array("another\n".utf8)
                    var tile = try $0.document(RefereedGo.tile)
                    let start = RefereedGo.index * LogHash.byteCount
                    let hash = try RefereedGo.leaf(record)
                    tile.replaceSubrange(start..<(start + hash.count), with: hash)
                    $0.replaced[RefereedGo.tile] = tile
                    let note = try $0.log.note($0.size)
                    $0.replaced[$0.lookup] = LogForgery.lookup(RefereedGo.index, record, note)
                }
            ),
            // CVE-2026-56864: Go also looked for the line outside of the record, in the signed head.
            (
                "the line in the signed head alone", "checksum missing from sumdb response",
                {
                    let line = String(decoding: $0.record, as: UTF8.self)
                    $0.record = Array("another\n".utf8)
                    let note = try $0.signer.note($0.log.head($0.size).text + line)
                    $0.replaced[$0.lookup] = LogForgery.lookup(RefereedGo.index, $0.record, note)
                }
            ),
        ]

        @Test func `both refuse what Go accepted until it was fixed`() async throws {
            try await judge(Self.fixed, accepted: false, old: true)
        }

        // MARK: - Differences

        /// Records with the right hash and another text.
        ///
        /// Every true record has the same two lines, with one hash. Go searches for the first line that it asked for;
        /// gotoolprov requires the text itself, because a proof in a file has only its hash.
        static let otherRecords: [(what: String, words: String, change: Change)] = [
            (
                "two hashes, first the right one", "",
                {
                    let lines = $0.record.split(separator: 0x0A).map { Array($0) + [0x0A] }
                    let other = Array(
                        "\(String(decoding: lines[0].dropLast(2), as: UTF8.self))A\n".utf8
                    )
                    $0.record = lines[0] + other + lines[1]
                }
            ),
            (
                "no line about go.mod", "",
                { $0.record = Array($0.record.prefix { $0 != 0x0A }) + [0x0A] }
            ),
            (
                "another hash of go.mod", "",
                {
                    let text = String(decoding: $0.record, as: UTF8.self)
                    $0.record = Array(text.replacing("h1:8wlg", with: "h1:9wlg").utf8)
                }
            ),
            ("a line about something else", "", { $0.record += Array("a v1.0.0 h1:b\n".utf8) }),
        ]

        @Test func `gotoolprov requires the exact text of a record`() async throws {
            try await judge(Self.otherRecords, accepted: false, go: true)
        }

        /// An archive that has the same module as the published one.
        ///
        /// `src/go.mod` and `src/_go.mod` have the same name in the module, so the hash is the same. But the Go of
        /// this archive would not find the module `std`.
        static let renamed: [(what: String, words: String, change: Change)] = [
            (
                "the name in the module", "",
                { $0.go.files[$0.go.index(of: "src/go.mod")].path = "src/_go.mod" }
            )
        ]

        @Test func `gotoolprov refuses the name of go_mod in modules`() async throws {
            try await judge(Self.renamed, accepted: false, go: true)
        }

        /// A copy of the log without the empty document that announces it.
        ///
        /// Without it, Go asks the log itself. gotoolprov asks the log last.
        static let unannounced: [(what: String, words: String, change: Change)] = [
            ("no document `supported`", "127.0.0.1:9", { $0.replaced["supported"] = .some(nil) })
        ]

        @Test func `gotoolprov uses a copy of the log that is not announced`() async throws {
            try await judge(Self.unannounced, accepted: true, go: false)
        }

        // MARK: - Time

        /// What is served after another tree was seen, with the tiles of both or only its own.
        static let histories:
            [(
                what: String, before: Int, after: Int, seed: String, hasAll: Bool, accepted: Bool,
                go: Bool
            )] = [
                ("a newer tree", 500, 600, "record", false, true, true),
                ("an older tree", 600, 500, "record", true, true, true),
                ("a newer tree of another log", 500, 600, "other", false, false, false),
                ("an older tree of another log", 600, 500, "other", true, false, false),
                ("another tree of this size", 600, 600, "other", false, false, false),
                // An old copy, which may hide records and cannot alter one. Go requires the tiles of the tree that
                // it saw; gotoolprov, which keeps no tiles, prints a note.
                ("a copy of an older tree", 600, 500, "record", false, true, false),
            ]

        @Test(arguments: histories.indices)
        func `both compare the log with what they saw of it`(row: Int) async throws {
            let (what, before, after, seed, hasAll, accepted, go) = Self.histories[row]
            let referee = try LogReferee(RealGo())
            var served = try RefereedGo()
            served.size = before
            try await referee.expect("before", served, accepted: true)
            try await referee.forgetToolchains()
            if hasAll { served.replaced = try served.log.tiles(before) }
            served.size = after
            served.seed = seed
            if hasAll {
                for path in try served.log.tiles(after).keys { served.replaced[path] = nil }
            }
            try await referee.expect(
                what,
                served,
                accepted: accepted,
                go: go,
                words: seed == "record" ? "" : "SECURITY ERROR"
            )
        }

        // MARK: - A real Go

        @Test func `both accept a real Go, and refuse it with one changed byte`() async throws {
            // No catalog lists the archive.
            let version = "1.27.3"
            let real = try RealGo()
            let hash = try await real.shell(
                """
                cd "$4" && python3 -B -c 'import module_hashes, sys; print(module_hashes.of_archive(*sys.argv[1:]))' \
                    "$3" "$5" "$6"
                """,
                "\(packageDirectory)/Scripts/support",
                version,
                hostArchitecture
            )
            try hash.expectSuccess()
            let changed = "\(real.sandbox.directory.path)/changed.tar.gz"
            try await real.shell(
                """
                gzip -dc "$3" | LC_ALL=C sed '0,/Copyright 2009 The Go/s//Copyright 2008 The Go/' | gzip -1 >"$4"
                """,
                changed
            ).expectSuccess()
            // Each is judged by a Go that is not the one it is about.
            for (archive, isPublished) in [(changed, false), (real.archive, true)] {
                let referee = try LogReferee(RealGo())
                let served = try RefereedGo(
                    version: version,
                    hash: hash.output.trimmingNewline,
                    archive: bytes(of: archive)
                )
                let server = try await referee.serve(served)
                for client in ["1.24.11", LogReferee.oldest] {
                    let result = try await referee.go(client, to: served, from: server)
                    #expect((result.status == 0) == isPublished, "go\(client): \(result)")
                    let words =
                        isPublished
                        ? "go version go\(version) linux/\(hostArchitecture)" : "checksum mismatch"
                    #expect(result.description.contains(words), "go\(client): \(result)")
                }
                let result = try await referee.ensure(served, from: server)
                #expect(result.status == (isPublished ? 0 : 65), "\(result)")
                withExtendedLifetime(server) {}
            }
        }
    }
}

extension String {
    /// The text without the newline at its end.
    fileprivate var trimmingNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
