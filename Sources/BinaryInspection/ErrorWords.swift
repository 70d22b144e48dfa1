// Whatever is thrown may end up in a message, so that each error says in words what happened.

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
        case .malformed: "its ELF header is damaged"
        }
    }
}

extension SectionStream.Trouble: CustomStringConvertible {
    var description: String {
        switch self {
        case .malformed: "the section ends too early or its compression is broken"
        case .zstandard: "the section is compressed with Zstandard"
        case .unknownCompression: "the section is compressed in an unknown way"
        case .tooLarge: "the section is too large"
        }
    }
}
