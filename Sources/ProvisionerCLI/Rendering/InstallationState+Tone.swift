internal import Provisioning

extension InstallationState {
    /// The state in words, with its tone.
    var styled: StyledText { words.toned(tone) }

    private var tone: Tone {
        switch self {
        case .installed: .good
        case .foreign: .plain
        case .unknown: .caution
        case .incomplete, .damaged, .halfRemoved: .bad
        }
    }
}
