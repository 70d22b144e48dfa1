// Whatever is thrown may end up in a message, so that each error says in words what happened.

extension ArchiveError: CustomStringConvertible {
    /// What is wrong with the archive, in words.
    package var description: String {
        switch self {
        case .unlike(let expected, let computed): "expected sha256 \(expected), found \(computed)"
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

extension ArchiveRefusal: CustomStringConvertible {
    /// Why the file is not copied, in words.
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
    /// What could not be done with which file, in words.
    package var description: String { "cannot \(operation) \(path): \(errno)" }
}

extension InstallLock.Busy: CustomStringConvertible {
    /// What happened, in words.
    package var description: String {
        holder.map { "process \($0.processID) holds the lock" } ?? "another process holds the lock"
    }
}

extension TreeWriter.Conflict: CustomStringConvertible {
    var description: String { reason }
}

extension ProgressMonitor.Interrupted: CustomStringConvertible {
    /// What happened, in words.
    package var description: String { "interrupted by signal \(signal)" }
}
