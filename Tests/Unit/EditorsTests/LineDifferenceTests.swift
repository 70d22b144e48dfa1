import Editors
import TestSupport
import Testing

/// The unified diff of a settings file before it is changed.
@Suite(.unitLimit)
struct LineDifferenceTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Checks with `git apply` that the diff is exact.
    @Test func `applying the difference to the old file results in the new one`() async throws {
        for seed in UInt64(0)..<40 {
            var generator = SettingsGenerator(seed: seed)
            let text = filled(generator.template(), withMarked: true)
                .replacing("\r\n", with: "\n").replacing("\r", with: "\n")
            let old = try JSONCDocument(Array(text.utf8))
            let new = try MergePropertyTests.wanted.merged(into: old)
            let path = try directory.write("old", old.bytes)
            let patch = try directory.write(
                "patch",
                LineDifference.unified(old.bytes, new.bytes, path: path)
            )
            let result = try await run("git", ["apply", "--unsafe-paths", "-p0", patch], in: "/")
            #expect(result.status == 0, "seed \(seed)\n\(result)")
            #expect(try bytes(of: path) == new.bytes, "seed \(seed)")
        }
        #expect(LineDifference.unified([0x41], [0x41], path: "x").isEmpty)
    }
}
