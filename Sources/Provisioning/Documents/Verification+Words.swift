extension Verification.Verdict {
    /// The verdict as one word.
    package var words: String {
        switch self {
        case .clean: "clean"
        case .corrupted: "corrupted"
        case .unknown: "unknown"
        case .unchecked: "unchecked"
        }
    }

    /// Why the tree could not be verified, or `nil` if it was.
    package var reason: String? {
        switch self {
        case .clean, .corrupted: nil
        case .unknown(let reason), .unchecked(let reason): reason
        }
    }
}
