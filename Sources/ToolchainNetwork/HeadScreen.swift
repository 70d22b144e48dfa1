/// Decides, by its status alone, what becomes of each head that a server sends for one request.
///
/// async-http-client 1.37.0 ends the process where the end of a response follows a head below 200 that
/// is not an interim one, so such a head may not reach it.
package struct HeadScreen: Hashable, Sendable {
    /// What becomes of a head.
    package enum Verdict: Hashable, Sendable {
        /// It begins the answer.
        case answer
        /// It announces an answer and is dropped: `100 Continue`, `103 Early Hints`.
        case interim
        /// The request fails.
        case refused(reason: String)
    }

    /// How many interim heads a server may send before its answer.
    package static let mostInterimHeads = 16

    private var interimCount = 0

    /// A screen for a new request.
    package init() {}

    /// Decides on the next head.
    package mutating func admit(status: Int) -> Verdict {
        switch status {
        case 200...999: return .answer
        case 101: return .refused(reason: "the server switches to another protocol (status 101)")
        case 100...199:
            interimCount += 1
            guard interimCount > Self.mostInterimHeads else { return .interim }
            return .refused(
                reason: "the server sent more than \(Self.mostInterimHeads) interim responses"
            )
        default:
            let digits = String(status)
            let padding = String(repeating: "0", count: max(0, 3 - digits.utf8.count))
            return .refused(reason: "the server sent the invalid status \(padding)\(digits)")
        }
    }
}
