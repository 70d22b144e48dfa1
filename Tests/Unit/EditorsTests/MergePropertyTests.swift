import Editors
import TestSupport
import Testing

/// Thousands of generated files, each checked without the code under test.
@Suite(.unitLimit)
struct MergePropertyTests {
    static let wanted = GoEditorSettings(
        go: "/home/u/go \"1\"\\/bin/go",
        delve: "/d",
        gopls: "/g",
        goRoot: "/home/u/go",
        isOffline: true
    )
    static let paths = [
        "/go.alternateTools", "/go.alternateTools/go", "/go.alternateTools/dlv",
        "/go.alternateTools/gopls", "/go.toolsEnvVars", "/go.toolsEnvVars/GOTOOLCHAIN",
        "/go.toolsManagement.checkForUpdates", "/go.toolsManagement.autoUpdate", "/go.goroot",
    ]

    func others(in text: String) throws -> [String] {
        try meaning(of: text).filter { !Self.paths.contains($0.path) }
            .map { "\($0.path) = \($0.value)" }
    }

    func text(_ document: JSONCDocument) -> String {
        String(decoding: document.bytes, as: UTF8.self)
    }

    @Test(arguments: 0..<40)
    func `a merge changes only the requested settings`(block: UInt64) throws {
        for seed in block * 50..<(block + 1) * 50 {
            var generator = SettingsGenerator(seed: seed)
            let template = generator.template()
            let before = filled(template, withMarked: true)
            let original = try JSONCDocument(Array(before.utf8))
            let merged = try Self.wanted.merged(into: original)
            let after = text(merged)
            let context: Comment = "seed \(seed)\n\(before)\n-----\n\(after)"

            #expect(try others(in: after) == others(in: before), context)
            #expect(comments(in: after) == comments(in: before), context)
            let values = try Dictionary(uniqueKeysWithValues: meaning(of: after))
            #expect(values["/go.alternateTools/go"] == #"string("/home/u/go \"1\"\\/bin/go")"#)
            #expect(values["/go.alternateTools/dlv"] == #"string("/d")"#)
            #expect(values["/go.toolsEnvVars/GOTOOLCHAIN"] == #"string("local")"#)
            #expect(values["/go.toolsManagement.checkForUpdates"] == #"string("off")"#)
            #expect(values["/go.toolsManagement.autoUpdate"] == "boolean(false)")
            #expect(values["/go.goroot"] == #"string("/home/u/go")"#)
            #expect(isKept(filled(template, withMarked: false), in: after), context)

            #expect(try Self.wanted.merged(into: merged).bytes == merged.bytes, context)
            #expect(
                try Self.wanted.removed(from: merged, original: original) == original.bytes,
                context
            )
        }
    }

    /// Whether each byte of the old text is in the new one, in the same order.
    func isKept(_ old: String, in new: String) -> Bool {
        var rest = new.utf8[...]
        for byte in old.utf8 {
            guard let index = rest.firstIndex(of: byte) else { return false }
            rest = rest[rest.index(after: index)...]
        }
        return true
    }

    @Test(arguments: 0..<10)
    func `a removal keeps later additions and deletes the written settings`(
        block: UInt64
    ) throws {
        for seed in block * 50..<(block + 1) * 50 {
            var generator = SettingsGenerator(seed: seed)
            let before = filled(generator.template(), withMarked: true)
            let original = try JSONCDocument(Array(before.utf8))
            let merged = text(try Self.wanted.merged(into: original))
            let edited = merged + " // added"
            let removed = String(
                decoding: try Self.wanted.removed(
                    from: JSONCDocument(Array(edited.utf8)),
                    original: original
                ),
                as: UTF8.self
            )
            let context: Comment = "seed \(seed)\n\(before)\n-----\n\(merged)\n-----\n\(removed)"
            #expect(comments(in: removed) == comments(in: before + " // added"), context)
            let left = try meaning(of: removed).map { "\($0.path) = \($0.value)" }
            #expect(try left == meaning(of: before).map { "\($0.path) = \($0.value)" }, context)
            // Objects that were empty may keep a line end; all others are unchanged.
            if try !meaning(of: before).contains(where: isEmpty(in: before)) {
                #expect(removed.utf8.elementsEqual((before + " // added").utf8), context)
            }
        }
    }

    /// Returns a test for empty objects that a merge may create, including the root.
    func isEmpty(in text: String) throws -> ((path: String, value: String)) -> Bool {
        let paths = try meaning(of: text).map(\.path)
        return { node in
            ["", "/go.alternateTools", "/go.toolsEnvVars"].contains(node.path)
                && !paths.contains { $0.hasPrefix("\(node.path)/") }
        }
    }

    @Test(arguments: 0..<10)
    func `a damaged file is either rejected or merged correctly`(block: UInt64) throws {
        var refusals = 0
        for seed in block * 50..<(block + 1) * 50 {
            var generator = SettingsGenerator(seed: seed)
            var bytes = Array(filled(generator.template(), withMarked: true).utf8)
            var random = SeededGenerator(seed: seed)
            for _ in 0..<Int.random(in: 1..<4, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(Array("{}[],:\"/*\\\r\n".utf8)[index % 12], at: index)
                default: bytes = Array(bytes[..<max(1, index)])
                }
                if bytes.isEmpty { bytes = [0x20] }
            }
            do throws(SettingsRefusal) {
                let original = try JSONCDocument(bytes)
                let merged = try Self.wanted.merged(into: original)
                let lines = String(decoding: bytes, as: UTF8.self)
                #expect(comments(in: text(merged)) == comments(in: lines), "seed \(seed)\n\(lines)")
                let removed = try Self.wanted.removed(from: merged, original: original)
                #expect(removed == bytes, "seed \(seed)\n\(lines)")
            } catch {
                refusals += 1
                if case .unsafe = error.reason { Issue.record("seed \(seed): \(error)") }
                #expect(error.line >= 1 && error.column >= 1)
            }
        }
        #expect(refusals > 15 && refusals < 50, "\(refusals)")
    }
}
