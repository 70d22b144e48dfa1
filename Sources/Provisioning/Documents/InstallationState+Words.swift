extension InstallationState {
    /// The state as text, with the reason if there is one.
    package var words: String {
        switch self {
        case .installed: "installed"
        case .incomplete(_, let reason): "incomplete: \(reason)"
        case .foreign: "foreign"
        case .unknown(let reason): "unknown: \(reason)"
        case .damaged(let reason): "damaged: \(reason)"
        case .halfRemoved: "half removed: run `gotoolprov remove` to finish"
        }
    }

    /// The state's name in JSON.
    package var name: String {
        switch self {
        case .installed: "installed"
        case .incomplete: "incomplete"
        case .foreign: "foreign"
        case .unknown: "unknown"
        case .damaged: "damaged"
        case .halfRemoved: "half-removed"
        }
    }
}
