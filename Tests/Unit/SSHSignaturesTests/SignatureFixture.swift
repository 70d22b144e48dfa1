import ToolchainCore

@testable import SSHSignatures

/// A signature that ssh-keygen made over `hello` and a line feed, in the namespace `ns`.
enum SignatureFixture {
    static let message = Array("hello\n".utf8)
    static let publicKey =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICTMcGAvaDUi/LXGl7hFOBHX0qSpdpFADX3zbbCSEfAs"
    static let armor = """
        -----BEGIN SSH SIGNATURE-----
        U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgJMxwYC9oNSL8tcaXuEU4EdfSpK
        l2kUANffNtsJIR8CwAAAACbnMAAAAAAAAABnNoYTUxMgAAAFMAAAALc3NoLWVkMjU1MTkA
        AABAWz1nPc2GmXigt6rd7/9ebbj3Qhfy/ZF89Xe4jTjsl43/QSl+DLtPAOJzXkl6Y4by6K
        EpQ5wUzObrZnHjzdPmCA==
        -----END SSH SIGNATURE-----

        """

    /// The binary form.
    static let blob =
        Base64.decoded(armor.utf8.split(separator: 10).dropFirst().dropLast().flatMap(\.self)) ?? []

    /// The fields of the binary form after its version: key, namespace, reserved field, hash, signature.
    static let fields: [[UInt8]] = {
        var reader = WireReader(Array(blob.dropFirst(10)))
        return (0..<5).map { _ in reader.bytes() ?? [] }
    }()

    /// Returns the armor of a binary form.
    static func armored(_ blob: [UInt8]) -> [UInt8] {
        Array("\(SSHSignature.header)\n\(Base64.encoded(blob))\n\(SSHSignature.footer)\n".utf8)
    }

    /// Returns the binary form with other parts.
    static func blob(
        magic: String = "SSHSIG",
        version: UInt8 = 1,
        replacing field: Int? = nil,
        with bytes: [UInt8] = [],
        tail: [UInt8] = []
    ) -> [UInt8] {
        var writer = WireWriter()
        writer.append(raw: magic.utf8)
        writer.append(raw: [0, 0, 0, version])
        for (index, old) in fields.enumerated() { writer.append(index == field ? bytes : old) }
        writer.append(raw: tail)
        return writer.written
    }

    /// Returns strings in the binary form of SSH.
    static func strings(_ parts: [UInt8]...) -> [UInt8] {
        var writer = WireWriter()
        for part in parts { writer.append(part) }
        return writer.written
    }
}
