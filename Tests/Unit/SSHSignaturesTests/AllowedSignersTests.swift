import TestSupport
import Testing
import ToolchainCore

@testable import SSHSignatures

@Suite(.unitLimit)
struct AllowedSignersTests {
    static let key = SignatureFixture.publicKey
    /// 2027-01-15T08:00:00Z.
    static let now = UTCTime(seconds: 1_800_000_000)

    private func signer(
        _ text: String,
        named principal: String? = nil
    ) throws -> AllowedSigners.Match {
        let signature = try SSHSignature(parsing: Array(SignatureFixture.armor.utf8))
        return try AllowedSigners(parsing: Array(text.utf8)).signer(
            with: signature.key,
            for: "ns",
            at: Self.now,
            named: principal
        )
    }

    @Test(arguments: [
        "a@x KEY", "  a@x \t KEY comment\r", "\"a@x\" KEY", "b,a@x KEY", "*@x KEY", "?@x,!b KEY",
        "a@x namespaces=\"ns\" KEY", "a@x NAMESPACES=\"git,n*\" KEY",
        "a@x valid-after=\"20270115Z\",valid-before=\"20270115080000Z\" KEY",
        "a@x valid-after=\"202701150800UTC\" KEY",
    ])
    func `a line that allows the key is found`(line: String) throws {
        let text = "# comment\n\nbroken\n" + line.replacing(text: "KEY", with: Self.key)
        #expect(try signer(text, named: "a@x").line == 4)
        #expect(throws: AllowedSigners.Rejection.self) { try signer(text, named: "c@y") }
    }

    @Test(
        arguments: [
            ("a ssh-rsa AAAA", .unknownKey),
            ("a cert-authority KEY", .certificateAuthority(line: 1)),
            ("a namespaces=\"git\" KEY", .otherNamespace(allowed: "git", line: 1)),
            ("a namespaces=\"*,!ns\" KEY", .otherNamespace(allowed: "*,!ns", line: 1)),
            (
                "a valid-after=\"20270115080001Z\" KEY",
                .notYetValid(from: UTCTime(seconds: 1_800_000_001), line: 1)
            ),
            (
                "b ssh-rsa AAAA\na valid-before=\"20270115075959Z\" KEY",
                .expired(UTCTime(seconds: 1_799_999_999), line: 2)
            ),
        ] as [(String, AllowedSigners.Rejection)]
    )
    func `a line that does not allow the key is named`(
        text: String,
        reason: AllowedSigners.Rejection
    ) {
        #expect(throws: reason) {
            try signer(text.replacing(text: "KEY", with: Self.key))
        }
    }

    @Test(arguments: [
        "a unknown KEY", "a namespaces=ns KEY", "a namespaces=\"ns KEY", "a namespaces=\"ns\", KEY",
        "a namespaces=\"ns\",namespaces=\"ns\" KEY", "a valid-after=\"soon\" KEY",
        "a valid-after=\"20270115Z\",valid-before=\"20270115Z\" KEY", "a KEY=", "\"a KEY", "a",
        "a valid-before=\"20281301Z\" KEY",
    ])
    func `a line with an error allows nothing and is reported`(line: String) {
        let text = line.replacing(text: "KEY", with: Self.key)
        #expect(throws: AllowedSigners.Rejection.unknownKey) { try signer(text) }
        let signers = AllowedSigners(parsing: Array(text.utf8))
        #expect(signers.isEmpty)
        #expect(signers.ignoredLines.map(\.number) == [1])
    }
}
