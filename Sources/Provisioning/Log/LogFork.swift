internal import ToolchainCore
internal import TransparencyLog

/// Two heads that the log has signed, of which neither tree is the beginning of the other.
///
/// Whatever presents the second head, nothing that the log proves counts: other sources are not tried.
struct LogFork: Error, CustomStringConvertible {
    /// The head that was seen before.
    let kept: SignedTreeHead
    /// The head that a copy of the log, or a proof in a file, presented.
    let served: SignedTreeHead

    /// Which heads contradict each other, in words.
    var description: String { "the log is forked: \(kept.head) and \(served.head)" }

    /// The failure, with both notes, which are kept as files where that is safe.
    ///
    /// - Parameters:
    ///   - log: The log.
    ///   - origin: The directory, URL or file with the second head.
    ///   - session: The run that writes both notes beside the kept head, or `nil` if they are only printed.
    /// - Returns: The failure.
    func failure(_ log: LogSettings, from origin: String, keptBy session: Session?) -> Failure {
        var facts: [Failure.Fact] = [
            .init("log", log.name), .init("from", origin),
            .init("expected", Self.onOneLine(kept)), .init("found", Self.onOneLine(served)),
        ]
        if let session, let store = KeptHead(log) {
            facts += [kept, served].map { store.keepEvidence($0, session) }
                .withoutRepetitions(==).map { .init("kept", $0) }
        }
        var failure = Failure(
            .integrity,
            "the log is forked: it has signed two trees that contradict each other",
            facts: facts,
            hint:
                "do not install what this log proves; send both heads to the operator of the log"
        )
        failure.isFork = true
        if session == nil { failure.unkeptNotes = [kept, served].map(\.note.note.bytes) }
        return failure
    }

    /// A note on one line: what it says and its signatures.
    private static func onOneLine(_ head: SignedTreeHead) -> String {
        String(decoding: head.note.note.bytes, as: UTF8.self).split(byte: "\n")
            .joined(separator: " | ")
    }
}

extension Session {
    /// Keeps both notes of a fork that was found by what writes nothing, such as planning.
    ///
    /// - Parameter failure: Any failure.
    /// - Returns: The failure, with the paths of the notes.
    func keepingNotes(of failure: Failure) -> Failure {
        guard !failure.unkeptNotes.isEmpty, let kept = KeptHead(settings.log) else {
            return failure
        }
        var failure = failure
        failure.facts += failure.unkeptNotes
            .compactMap { try? SignedTreeHead(parsing: $0, signedBy: [kept.key]) }
            .map { kept.keepEvidence($0, self) }
            .withoutRepetitions(==).map { .init("kept", $0) }
        failure.unkeptNotes = []
        return failure
    }
}
