import SSHSignatures
import TestSupport
import Testing
import ToolchainCore

/// Signatures that ssh-keygen made, and its verdict on damaged ones.
@Suite(.realLimit)
struct SSHKeygenTests {
    private static let namespace = "gotoolprov-catalog@v1"
    private let directory: TemporaryDirectory
    private let key: String

    init() async throws {
        directory = try TemporaryDirectory()
        try await directory.sh("ssh-keygen -q -t ed25519 -N '' -C '' -f key")
        key = String(decoding: try bytes(of: directory.path + "/key.pub"), as: UTF8.self).trimmed
        try directory.write("message", "hello\n")
    }

    /// Whether this program accepts a signature over the message.
    private func isAccepted(_ signature: [UInt8], signers: String) -> Bool {
        // 2027-01-15T08:00:00Z.
        let time = UTCTime(seconds: 1_800_000_000)
        do {
            let signature = try SSHSignature(parsing: signature)
            try signature.verify(Array("hello\n".utf8), namespace: Self.namespace)
            _ = try AllowedSigners(parsing: Array(signers.utf8)).signer(
                with: signature.key,
                for: Self.namespace,
                at: time,
                named: "me@x"
            )
            return true
        } catch {
            return false
        }
    }

    /// Compares both verdicts on each case: the signature, and the allowed signers.
    private func compare(_ cases: [(name: String, signature: [UInt8], signers: String)])
        async throws
    {
        for (index, item) in cases.enumerated() {
            try directory.write("\(index).sig", item.signature)
            try directory.write("\(index).allowed", item.signers)
        }
        let verdicts = try await directory.sh(
            """
            i=0; while [ $i -lt \(cases.count) ]; do
              ssh-keygen -Y verify -f $i.allowed -I me@x -n \(Self.namespace) -s $i.sig \
                -O verify-time=20270115080000Z <message >/dev/null 2>&1 && echo yes || echo no
              i=$((i + 1))
            done
            """
        ).split(byte: "\n")
        #expect(verdicts.count == cases.count)
        for (item, verdict) in zip(cases, verdicts) {
            #expect(
                isAccepted(item.signature, signers: item.signers) == (verdict == "yes"),
                "\(item.name): ssh-keygen says \(verdict)"
            )
        }
        #expect(verdicts.contains("yes") && verdicts.contains("no"))
    }

    private func signature(_ options: String = "", namespace: String = namespace) async throws
        -> [UInt8]
    {
        try await directory.sh(
            "rm -f message.sig; ssh-keygen -q -Y sign -f key -n '\(namespace)' \(options) message"
        )
        return try bytes(of: directory.path + "/message.sig")
    }

    @Test func `ssh-keygen agrees on every signature`() async throws {
        let good = try await signature()
        let text = String(decoding: good, as: UTF8.self)
        let lines = text.split(byte: "\n")
        let blob = try #require(Base64.decoded(lines[1..<(lines.count - 1)].joined().utf8))
        func armored(_ blob: [UInt8]) -> [UInt8] {
            Array("\(lines[0])\n\(Base64.encoded(blob))\n\(lines[lines.count - 1])\n".utf8)
        }
        var cases: [(String, [UInt8])] = [
            ("good", good), ("sha256", try await signature("-O hashalg=sha256")),
            ("other namespace", try await signature(namespace: "file")),
            ("two blocks", good + good), ("text behind it", good + Array("text".utf8)),
            ("text before it", Array("text\n".utf8) + good),
            ("CRLF", Array(text.replacing(text: "\n", with: "\r\n").utf8)),
            ("spaces", Array(text.replacing(text: "AAAA", with: "AA\r\n\t AA").utf8)),
            ("one padding", Array(text.replacing(text: "=\n", with: "\n").utf8)),
            ("trailing byte", armored(blob + [0])),
            ("bad, then good", armored(blob.dropLast() + [blob[blob.count - 1] ^ 1]) + good),
            ("empty", []),
        ]
        for index in blob.indices {
            var flipped = blob
            flipped[index] ^= index.isMultiple(of: 2) ? 1 : 0x80
            cases.append(("byte \(index)", armored(flipped)))
        }
        for version in [0, 2] as [UInt8] {
            var changed = blob
            changed[9] = version
            cases.append(("version \(version)", armored(changed)))
        }
        try await compare(cases.map { ($0.0, $0.1, "me@x \(key)\n") })
    }

    @Test func `ssh-keygen agrees on every line of allowed signers`() async throws {
        let good = try await signature()
        let namespace = Self.namespace
        let lines = [
            "me@x KEY", "*@x,!you@x KEY", "*,!me@x KEY", "you@x KEY", "ME@X KEY", "\"me@x\" KEY",
            "a\"b,me@x\" KEY", "\"me@x KEY", " me@x\tKEY comment\r", "#me@x KEY",
            "me@x cert-authority KEY", "me@x namespaces=\"\(namespace)\" KEY",
            "me@x namespaces=\"git,gotoolprov-*\" KEY", "me@x namespaces=\"git\" KEY",
            "me@x namespaces=\(namespace) KEY", "me@x namespaces=\"*\", KEY", "me@x other KEY",
            "me@x namespaces=\"*\",namespaces=\"*\" KEY", "me@x Namespaces=\"*\"  KEY",
            "me@x valid-after=\"20270115080000Z\" KEY", "me@x valid-after=\"20270115080001Z\" KEY",
            "me@x valid-before=\"20270115080000Z\" KEY",
            "me@x valid-before=\"20270115075959Z\" KEY",
            "me@x valid-after=\"20200230\" KEY", "me@x valid-after=\"20201301\" KEY",
            "me@x valid-after=\"2020 1 1\" KEY", "me@x valid-before=\"20270117\" KEY",
            "me@x valid-before=\"20270113\" KEY", "me@x valid-after=\"0\" KEY",
            "me@x valid-after=\"20300101\",valid-before=\"20200101\" KEY", "me@x KEY=",
            "me@x ssh-rsa KEY", "broken\nme@x namespaces=\"git\" KEY\nme@x KEY",
        ]
        try await compare(lines.map { ($0, good, $0.replacing(text: "KEY", with: key) + "\n") })
    }

    @Test func `keys of other types are refused by name`() async throws {
        for (kind, name) in [("rsa", "ssh-rsa"), ("ecdsa", "ecdsa-sha2-nistp256")] {
            try await directory.sh(
                "rm -f key message.sig; ssh-keygen -q -t \(kind) -N '' -f key"
                    + " && ssh-keygen -q -Y sign -f key -n file message"
            )
            let signature = try bytes(of: directory.path + "/message.sig")
            #expect(throws: SignatureRejection.unsupportedKey(name)) {
                try SSHSignature(parsing: signature)
            }
        }
    }
}

extension TemporaryDirectory {
    /// Runs a script in the directory, and returns what it prints.
    @discardableResult
    fileprivate func sh(_ script: String) async throws -> String {
        let result = try await shell(script, in: path)
        guard result.status == 0 else { throw SupportError("\(result)") }
        return result.output
    }
}
