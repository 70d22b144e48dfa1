package import ToolchainCore

/// The keys whose signatures count, and for what: an allowed signers file of ssh-keygen(1).
///
/// As in `ssh-keygen -Y verify`, a line that cannot be read allows nothing, and the other lines count.
package struct AllowedSigners: Hashable, Sendable {
    /// The largest file that is read, in bytes.
    package static let mostBytes = 1 << 20

    /// A signer that the file allows.
    package struct Match: Hashable, Sendable {
        /// The names of the signer, as the line has them.
        package let principals: String
        /// The line, counted from 1.
        package let line: Int
    }

    /// Why no line allows a signature.
    package enum Rejection: Error, Hashable, Sendable {
        /// No line has the key.
        case unknownKey
        /// A line has the key for other principals only.
        case otherPrincipal(String, line: Int)
        /// A line has the key as that of a certificate authority.
        case certificateAuthority(line: Int)
        /// A line has the key for other purposes only.
        case otherNamespace(allowed: String, line: Int)
        /// A line allows the key from this time on.
        case notYetValid(from: UTCTime, line: Int)
        /// A line allowed the key until this time.
        case expired(UTCTime, line: Int)
    }

    /// A line that allows a key.
    private struct Line: Hashable, Sendable {
        let number: Int
        let signer: AllowedSigner
    }

    /// A line that allows nothing.
    package struct IgnoredLine: Hashable, Sendable {
        /// The line, counted from 1.
        package let number: Int
        /// One clause in lower case.
        package let reason: String
    }

    private let lines: [Line]
    /// The lines that allow nothing, other than comments.
    package let ignoredLines: [IgnoredLine]

    /// Reads a file.
    package init(parsing bytes: [UInt8]) {
        var lines: [Line] = []
        var ignored: [IgnoredLine] = []
        let texts = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, text) in texts.enumerated() {
            do throws(AllowedSigner.Invalid) {
                guard let signer = try AllowedSigner(parsing: text) else { continue }
                lines.append(Line(number: index + 1, signer: signer))
            } catch {
                ignored.append(IgnoredLine(number: index + 1, reason: error.reason))
            }
        }
        self.lines = lines
        ignoredLines = ignored
    }

    /// Whether no line allows any key.
    package var isEmpty: Bool { lines.isEmpty }

    /// Finds the first line that allows a signature.
    ///
    /// - Parameters:
    ///   - key: The key that made it.
    ///   - namespace: Its purpose.
    ///   - time: When the key has to be valid.
    ///   - principal: The name that the signer has to have, as with `ssh-keygen -I`; nil for any.
    /// - Returns: The signer.
    /// - Throws: ``Rejection`` for the last line that has the key, if no line allows it.
    package func signer(
        with key: SSHPublicKey,
        for namespace: String,
        at time: UTCTime,
        named principal: String? = nil
    ) throws(Rejection) -> Match {
        var rejection = Rejection.unknownKey
        for line in lines where line.signer.key == key {
            let (principals, options) = (line.signer.principals, line.signer.options)
            let names = String(decoding: principals.text, as: UTF8.self)
            if let principal, !principals.matches(Array(principal.utf8)) {
                rejection = .otherPrincipal(names, line: line.number)
            } else if options.isCertificateAuthority {
                rejection = .certificateAuthority(line: line.number)
            } else if let namespaces = options.namespaces,
                !namespaces.matches(Array(namespace.utf8))
            {
                rejection = .otherNamespace(
                    allowed: String(decoding: namespaces.text, as: UTF8.self),
                    line: line.number
                )
            } else if let start = options.validAfter, time < start {
                rejection = .notYetValid(from: start, line: line.number)
            } else if let end = options.validBefore, time > end {
                rejection = .expired(end, line: line.number)
            } else {
                return Match(principals: names, line: line.number)
            }
        }
        throw rejection
    }
}

extension AllowedSigners.Rejection: CustomStringConvertible {
    /// Why the signature is not allowed, in words.
    package var description: String {
        switch self {
        case .unknownKey: "the allowed signers do not include its key"
        case .otherPrincipal(let names, let line):
            "line \(line) of the allowed signers has its key for \(names.withVisibleControls) only"
        case .certificateAuthority(let line):
            "line \(line) of the allowed signers has its key as a certificate authority"
                + " (`cert-authority`), which is not supported"
        case .otherNamespace(let allowed, let line):
            "line \(line) of the allowed signers has its key for the namespaces"
                + " \(allowed.withVisibleControls) only"
        case .notYetValid(let start, let line):
            "line \(line) of the allowed signers allows its key only from \(start) on"
        case .expired(let end, let line):
            "line \(line) of the allowed signers allows its key only until \(end)"
        }
    }
}
