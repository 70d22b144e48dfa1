// Any error may appear in a message, so each one describes in words what happened.

extension DebugInformation.Rejection: CustomStringConvertible {
    var description: String {
        switch self {
        case .malformed(let reason): reason
        }
    }
}

extension ELFFile.Rejection: CustomStringConvertible {
    /// Why it cannot be read, in words.
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
