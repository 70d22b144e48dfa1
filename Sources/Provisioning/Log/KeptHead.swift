internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

/// The newest signed head of a log that this user has seen, in a file.
///
/// A log that only grows can hide new records from a user, but cannot show one user two histories: each
/// head is compared with the one before it. So the file is only ever replaced by a larger head, under a lock,
/// and only if it still holds the head that the larger one was compared with.
struct KeptHead {
    /// The largest file that is read, in bytes.
    private static let largest = SignedNote.mostBytes

    /// The key that has to have signed the head.
    let key: VerifierKey
    /// The absolute path of the directory of the log.
    let directory: String

    /// The file with the head.
    var path: String { "\(directory)/latest" }
    private var lockPath: String { "\(directory)/lock" }

    /// The place of the heads of a log, or `nil` where no state directory is known.
    ///
    /// Another log than Go's may have the name of a third one: each key has a directory of its own.
    init?(_ log: LogSettings) {
        guard let state = log.stateDirectory else { return nil }
        key = log.key
        directory = "\(state)/\(key == .goChecksumDatabase ? key.name : key.label)"
    }

    /// Reads the head, and verifies its signature again.
    ///
    /// - Returns: The head, or `nil` if none was kept.
    /// - Throws: ``Failure`` of kind `integrity` if the file does not contain a head that the log signed, of
    ///   kind `destination` if it cannot be read.
    func read() throws(Failure) -> SignedTreeHead? {
        let bytes: [UInt8]?
        do {
            bytes = try FileSystem.contents(of: path, limit: Self.largest + 1)
        } catch {
            throw Failure(reading: error, what: "cannot read the kept tree head of \(key.name)")
        }
        guard let bytes else { return nil }
        do {
            return try SignedTreeHead(parsing: bytes, signedBy: [key])
        } catch {
            throw Failure(
                .integrity,
                "the kept tree head of \(key.name) is damaged",
                facts: [.init("file", path), .init("because", "\(error)")],
                hint: "restore the file; or, to trust the next head that the log serves, delete it"
            )
        }
    }

    /// The result of keeping a head.
    enum Outcome {
        /// The head is kept.
        case kept
        /// Another process has kept another head meanwhile; the new one has to be compared with that.
        case overtaken(SignedTreeHead)
        /// This user may not write there, so the old head stays.
        case forbidden(FileError)
    }

    /// Keeps a head that extends the one that ``read()`` returned.
    ///
    /// If this user may not write there, the proof counts nevertheless: only the next head is compared with
    /// the older one. Any other failure, such as a full disk, is an error, and the old head stays.
    ///
    /// - Parameters:
    ///   - head: The head.
    ///   - known: The head that it was compared with, or `nil` if none was kept.
    ///   - session: How long to wait for the lock, and whom to tell.
    /// - Returns: The outcome.
    /// - Throws: ``Failure``.
    func keep(
        _ head: SignedTreeHead,
        after known: SignedTreeHead?,
        _ session: Session
    ) throws(Failure) -> Outcome {
        do {
            return try replace(head, after: known, session)
        } catch let error as FileError where Self.isForbidden(error) {
            return .forbidden(error)
        } catch let failure as Failure {
            throw failure
        } catch let busy as InstallLock.Busy {
            throw Failure(busy, name: "the tree head of \(key.name)")
        } catch let interrupted as ProgressMonitor.Interrupted {
            throw Failure(waiting: interrupted)
        } catch let error as FileError {
            throw Failure(
                writing: error,
                what: "cannot keep the tree head of \(key.name)",
                places: HostPlaces([.state(directory)])
            )
        } catch {
            throw session.failure(for: error, doing: "keep the tree head of \(key.name)")
        }
    }

    private static func isForbidden(_ error: FileError) -> Bool {
        [.permissionDenied, .notPermitted, .readOnlyFileSystem].contains(error.errno)
    }

    private func replace(
        _ head: SignedTreeHead,
        after known: SignedTreeHead?,
        _ session: Session
    ) throws -> Outcome {
        var made: [String] = []
        var isKept = false
        // A head that could not be written leaves no directories behind.
        defer { if !isKept { FileSystem.removeEmptyDirectories(made) } }
        try Directories(session).refuseUnsafeState(directory)
        try FileSystem.makeDirectories(directory, adding: &made)
        let lock = try InstallLock.acquire(
            lockPath,
            timeout: session.allowance.lockTimeout,
            monitor: session.monitor(key.name)
        ) { session.onEvent(.waitingForLock("the tree head of \(key.name)", holder: $0)) }
        do {
            if let found = try read(), found.head != known?.head { return .overtaken(found) }
            try FileSystem.replaceFile(
                at: path,
                with: head.note.note.bytes,
                mode: 0o644,
                durably: session.isDurable,
                isSweeping: true
            )
        } catch {
            lock.discardIfNew()
            throw error
        }
        isKept = true
        return .kept
    }

    // MARK: Forks

    /// Returns the fork that another head of the log reveals without tiles: a tree of as many records as the
    /// kept one that has another root.
    ///
    /// - Parameter head: The head.
    /// - Returns: The fork, or `nil` if there is none, or no usable head is kept.
    func fork(revealedBy head: SignedTreeHead) -> LogFork? {
        // Whether a signature is valid matters only if the heads differ, and this runs for each of many proofs.
        guard let bytes = try? FileSystem.contents(of: path, limit: Self.largest + 1),
            let note = try? SignedNote(parsing: bytes),
            let own = try? TreeHead(parsing: note.text),
            own.size == head.head.size, own.root != head.head.root,
            let kept = try? SignedTreeHead(note, signedBy: [key])
        else { return nil }
        return LogFork(kept: kept, served: head)
    }

    /// Writes the note of a head of a forked log beside the kept head, as evidence.
    ///
    /// The same note has the same file name, so that a fork that is seen often does not fill the disk. As for
    /// the head, nothing is written where another user could replace it.
    ///
    /// - Returns: The path of the file, or the reason that it was not written.
    func keepEvidence(_ head: SignedTreeHead, _ session: Session) -> String {
        do {
            try Directories(session).refuseUnsafeState(directory)
            let bytes = head.note.note.bytes
            let digits = "\(try SHA256Digest(of: bytes))".prefix(16)
            let path = "\(directory)/fork-\(head.head.size)-\(digits)"
            try FileSystem.makeDirectories(directory)
            try FileSystem.replaceFile(at: path, with: bytes, mode: 0o644)
            return path
        } catch let failure as Failure {
            return "nowhere: \(failure.message)"
        } catch {
            return "nowhere: \(error)"
        }
    }
}
