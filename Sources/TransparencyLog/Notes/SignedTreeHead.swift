/// A tree head that a known key signed: the only one that a tree may be verified against.
package struct SignedTreeHead: Hashable, Sendable {
    /// What is signed.
    package let head: TreeHead
    /// The note, as evidence: of a fork, both are kept.
    package let note: VerifiedNote

    /// Verifies the signatures of a note, then reads the head in it.
    ///
    /// - Parameters:
    ///   - note: The note.
    ///   - keys: The keys whose signatures count.
    /// - Throws: ``VerifiedNote/Rejection``, ``TreeHead/Rejection``; an error where OpenSSL cannot verify.
    package init(_ note: SignedNote, signedBy keys: [VerifierKey]) throws {
        self.note = try note.verified(by: keys)
        head = try TreeHead(parsing: note.text)
    }

    /// Reads a note, verifies its signatures, then reads the head in it.
    ///
    /// - Parameters:
    ///   - bytes: The note, as a log serves it at `/latest`.
    ///   - keys: The keys whose signatures count.
    /// - Throws: ``SignedNote/Rejection``, ``VerifiedNote/Rejection``, ``TreeHead/Rejection``; an error
    ///   where OpenSSL cannot verify.
    package init(parsing bytes: [UInt8], signedBy keys: [VerifierKey]) throws {
        try self.init(SignedNote(parsing: bytes), signedBy: keys)
    }
}
