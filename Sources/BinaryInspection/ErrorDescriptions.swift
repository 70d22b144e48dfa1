// Any error may be interpolated into a message, so each one has a readable description.

extension DebugInformation.Rejection: CustomStringConvertible {
    var description: String {
        switch self {
        case .malformed(let reason): reason
        }
    }
}

extension ELFFile.Rejection: CustomStringConvertible {
    /// The reason, for messages.
    package var description: String {
        switch self {
        case .notELF: "not an ELF file"
        case .malformed: "its ELF header is invalid"
        }
    }
}

extension SectionStream.Problem: CustomStringConvertible {
    var description: String {
        switch self {
        case .malformed: "the section is truncated or its compression is damaged"
        case .zstandard: "the section is compressed with Zstandard"
        case .unknownCompression: "the section uses an unknown compression"
        case .tooLarge: "the section is too large"
        }
    }
}
