// Any error may be interpolated into a message, so each one has a readable description.

extension ArchiveError: CustomStringConvertible {
    /// The reason, as a clause about the archive.
    package var description: String {
        switch self {
        case .wrongDigest(let expected, let computed):
            "expected sha256 \(expected), found \(computed)"
        case .wrongSize(let expected, let found): "expected \(expected) bytes, found \(found)"
        case .changedWhileRead: "the archive changed while it was read"
        case .malformed(let reason): reason
        case .refusedMember(let name, let reason): "\(name): \(reason)"
        case .tooLarge(let limit): "it unpacks to more than \(limit)"
        case .unexpectedContents(let what, let expected, let found):
            "\(what): expected \(expected), found \(found)"
        }
    }
}

extension ArchiveRejection: CustomStringConvertible {
    /// The reason, as a predicate noun about the file.
    package var description: String {
        switch self {
        case .link(let target): "a symbolic link to \(target)"
        case .notFile: "not a regular file"
        case .notGzip: "not a gzip archive"
        case .tooLarge(let limit): "larger than \(limit) bytes"
        }
    }
}

extension FileError: CustomStringConvertible {
    /// The operation, the path and the system's reason.
    package var description: String { "cannot \(operation) \(path): \(errno)" }
}

extension InstallLock.Busy: CustomStringConvertible {
    /// The reason, for messages.
    package var description: String {
        holder.map { "process \($0.processID) holds the lock" } ?? "another process holds the lock"
    }
}

extension TreeWriter.Conflict: CustomStringConvertible {
    var description: String { reason }
}

extension ProgressMonitor.Interrupted: CustomStringConvertible {
    /// The reason, for messages.
    package var description: String { "interrupted by signal \(signal)" }
}
