internal import ToolchainCore
internal import ToolchainHost

/// A note that at least one known key signed, and none of the known keys wrongly.
package struct VerifiedNote: Hashable, Sendable {
    /// The note as it was read.
    package let note: SignedNote
    /// The known keys that signed it, in the order of their signatures.
    package let signers: [VerifierKey]

    /// What is signed, with its last newline.
    package var text: [UInt8] { note.text }

    /// Why the signatures of a note do not count.
    package enum Rejection: Error, Hashable, Sendable, CustomStringConvertible {
        /// The signature of a known key is not valid for the text.
        case invalidSignature(key: String)
        /// No known key has signed it; the first few of those that did are named.
        case unknownSigners(expected: [String], found: [String])

        /// What is wrong with the signatures, in words.
        package var description: String {
            switch self {
            case .invalidSignature(let key): "the signature of \(key) on the note is invalid"
            case .unknownSigners(let expected, let found):
                """
                no known key signed the note: expected \(expected.joined(separator: " or ")), \
                found \(found.joined(separator: ", "))
                """
            }
        }
    }

    fileprivate init(note: SignedNote, signers: [VerifierKey]) {
        self.note = note
        self.signers = signers
    }
}

extension SignedNote {
    /// Verifies the signatures of known keys.
    ///
    /// As in golang.org/x/mod/sumdb/note, signatures of unknown keys are skipped, of several signatures
    /// of one key the first counts, and one invalid signature of a known key refuses the note.
    ///
    /// - Parameter keys: The known keys.
    /// - Returns: The note, whose text can be relied on.
    /// - Throws: ``VerifiedNote/Rejection``; an error where OpenSSL cannot verify.
    package func verified(by keys: [VerifierKey]) throws -> VerifiedNote {
        var signers: [VerifierKey] = []
        for signature in signatures {
            let known = keys.first {
                $0.hash == signature.keyHash && $0.name.hasSameBytes(as: signature.name)
            }
            guard let key = known, !signers.contains(key) else { continue }
            guard try Ed25519.isValid(signature.bytes, of: text, key: key.key) else {
                throw VerifiedNote.Rejection.invalidSignature(key: key.label)
            }
            signers.append(key)
        }
        guard !signers.isEmpty else {
            throw VerifiedNote.Rejection.unknownSigners(
                expected: keys.map(\.label),
                found: signatures.prefix(3).map {
                    // Names come from anyone, and may be long.
                    KeyName.label(String($0.name.prefix(100)), hash: $0.keyHash).withVisibleControls
                }
            )
        }
        return VerifiedNote(note: self, signers: signers)
    }
}
