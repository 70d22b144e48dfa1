/// A filter for the response heads that a server sends for one request, based on their status.
///
/// async-http-client 1.37.0 crashes if a response with a status below 200 ends although it is not an
/// interim response, so such heads must not reach it.
package struct HeadScreen: Hashable, Sendable {
    /// How a head is handled.
    package enum Verdict: Hashable, Sendable {
        /// It is the head of the final response.
        case final
        /// It is an interim response and is ignored: `100 Continue`, `103 Early Hints`.
        case interim
        /// It is invalid, and the request fails.
        case refused(reason: String)
    }

    /// The maximum number of interim responses.
    package static let maximumInterimCount = 16

    private var interimCount = 0

    /// Creates a filter for a new request.
    package init() {}

    /// Returns how the next head is handled.
    package mutating func admit(status: Int) -> Verdict {
        switch status {
        case 200...999: return .final
        case 101: return .refused(reason: "the server switches to another protocol (status 101)")
        case 100...199:
            interimCount += 1
            guard interimCount > Self.maximumInterimCount else { return .interim }
            return .refused(
                reason: "the server sent more than \(Self.maximumInterimCount) interim responses"
            )
        default:
            let digits = String(status)
            let padding = String(repeating: "0", count: max(0, 3 - digits.utf8.count))
            return .refused(reason: "the server sent the invalid status \(padding)\(digits)")
        }
    }
}
