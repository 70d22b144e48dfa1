internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost
package import TransparencyLog

/// The signing key of a site's log, in a file outside of the mirror, and the newest head that it has signed.
///
/// A log may never become smaller or change: clients keep the newest head that they saw, and refuse any other history.
/// So the head is kept beside the key, too, and a mirror that was restored from an older copy cannot fork the log.
package struct SiteLogKey: Sendable {
    /// The absolute path of the key.
    package let path: String
    let key: SigningKey

    /// The key as in GOSUMDB.
    package var verifier: VerifierKey { key.verifier }
    /// The path of the newest head that was signed.
    private var headPath: String { "\(path).latest" }

    private static let mostBytes = 4096

    /// Reads the key, or creates it.
    ///
    /// - Parameters:
    ///   - path: The absolute path of its file.
    ///   - name: The name that the log should have; nil for the name of the key.
    ///   - mirror: The absolute path of the mirror, which must not contain the key.
    /// - Returns: The key; nil if there is none, and no name for a new one.
    /// - Throws: ``Failure``: of kind `configuration` if the file is not a signing key, has another name, or other
    ///   users can read it; `destination` if it cannot be read or created.
    static func opening(
        _ path: String,
        name: String?,
        outside mirror: String
    ) throws(Failure) -> SiteLogKey? {
        func refused(_ reason: String, hint: String? = nil) -> Failure {
            Failure(
                .configuration,
                "the key of the log cannot be used",
                facts: [.init("file", path), .init("because", reason)],
                hint: hint
            )
        }
        if let name, let reason = reasonAgainst(name: name) {
            throw Failure(
                .usage,
                "`\(name)` cannot be the name of a log",
                facts: [.init("because", reason)],
                hint: "use a host name of your site, such as `--log-name golog.example.com`"
            )
        }
        let real = FileSystem.withoutLinks(path) ?? path
        guard !real.isInside(FileSystem.withoutLinks(mirror) ?? mirror) else {
            throw refused("it is inside the mirror, which everyone can read")
        }
        do {
            guard let bytes = try FileSystem.contents(of: path, limit: mostBytes + 1) else {
                return try name.map { try creating(path, name: $0) }
            }
            if let mode = try FileSystem.mode(of: path), mode & 0o077 != 0 {
                throw refused(
                    "other users can read or modify it",
                    hint: "run `chmod 600 \(ShellQuoting.word(path))`"
                )
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let key = try SigningKey(parsing: text.hasSuffix("\n") ? String(text.dropLast()) : text)
            if let name, !name.hasSameBytes(as: key.verifier.name) {
                throw refused(
                    "it is the key of \(key.verifier.name), not of \(name)",
                    hint: "leave out `--log-name`, or use another file with `--log-key`"
                )
            }
            if let reason = reasonAgainst(name: key.verifier.name) { throw refused(reason) }
            return SiteLogKey(path: path, key: key)
        } catch let failure as Failure {
            throw failure
        } catch let error as FileError {
            throw Failure(reading: error, what: "cannot read the key of the log")
        } catch {
            throw refused("\(error)")
        }
    }

    private static func creating(_ path: String, name: String) throws -> SiteLogKey {
        let key = try SigningKey.generated(name: name)
        do throws(FileError) {
            if let parent = path.range(ofLast: "/").map({ String(path[..<$0.lowerBound]) }),
                !parent.isEmpty
            {
                try FileSystem.makeDirectories(parent)
            }
            try FileSystem.replaceFile(at: path, with: Array("\(key.text)\n".utf8), mode: 0o600)
        } catch {
            throw Failure(writing: error, what: "cannot create the key of the log")
        }
        return SiteLogKey(path: path, key: key)
    }

    /// Returns why a name cannot be that of a log, or nil.
    ///
    /// It becomes a part of URLs and paths, and Go requires a host with or without a path.
    private static func reasonAgainst(name: String) -> String? {
        guard !["sum.golang.org", "sum.golang.google.cn"].contains(name) else {
            return "it is a name of Go's checksum database"
        }
        let parts = name.split(byte: "/", omittingEmpty: false)
        let isValid =
            name.utf8.count <= 200
            && parts.allSatisfy { part in
                part.utf8.first.map { isAlphanumeric($0) } == true
                    && part.utf8.allSatisfy { isAlphanumeric($0) || ".-_".utf8.contains($0) }
            }
        return isValid ? nil : "expected a host name in lower case, with or without a path"
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// Reads the newest head that this key has signed.
    ///
    /// - Returns: The head; nil if none was kept.
    /// - Throws: ``Failure`` of kind `integrity` if the file is damaged.
    func keptHead() throws(Failure) -> SignedTreeHead? {
        try Self.head(at: headPath, signedBy: verifier, what: "the kept head of the log")
    }

    /// Keeps a head, before anyone can see it.
    func keep(_ head: SignedTreeHead) throws(FileError) {
        try FileSystem.replaceFile(at: headPath, with: head.note.note.bytes, mode: 0o600)
    }

    /// Reads a signed head.
    ///
    /// - Returns: The head; nil if the file does not exist.
    /// - Throws: ``Failure`` of kind `integrity` if it is not a head that the key has signed.
    static func head(
        at path: String,
        signedBy key: VerifierKey,
        what: String
    ) throws(Failure) -> SignedTreeHead? {
        do {
            guard let bytes = try FileSystem.contents(of: path, limit: SignedNote.mostBytes + 1)
            else { return nil }
            return try SignedTreeHead(parsing: bytes, signedBy: [key])
        } catch let error as FileError {
            throw Failure(reading: error, what: "cannot read \(what)")
        } catch {
            throw Failure(
                .integrity,
                "\(what) is damaged",
                facts: [.init("file", path), .init("because", "\(error)")],
                hint: "restore the file from a backup"
            )
        }
    }
}
