extension Verification.Verdict {
    /// The verdict in one word.
    package var words: String {
        switch self {
        case .clean: "clean"
        case .corrupted: "corrupted"
        case .unknown: "unknown"
        case .unchecked: "unchecked"
        }
    }

    /// Why nothing can be said, where that is so.
    package var reason: String? {
        switch self {
        case .clean, .corrupted: nil
        case .unknown(let reason), .unchecked(let reason): reason
        }
    }
}
