/// The path of an archive member below the archive's one top folder, which cannot leave it.
public struct ArchiveMemberPath: Hashable, Sendable {
    /// Why a member's name is refused.
    public enum Rejection: Error, Hashable, Sendable {
        case empty
        case absolute
        case escapesRoot
        case notUTF8
        case controlCharacter
        case backslash
        case emptyComponent
        case tooLong
        case outsideTopFolder(expected: String)
    }

    /// Linux's limit on one component, in bytes (`NAME_MAX`).
    static let longestComponent = 255
    /// The longest name taken, in bytes.
    ///
    /// Go's longest is 108 (data/go-toolchain-facts.md).
    static let longestName = 1024

    /// The components below the top folder; empty for the top folder itself.
    ///
    /// None of them is empty, `.` or `..`, and none holds a slash, a backslash or a control
    /// character.
    public let components: [String]

    /// Reads the bytes of a member's name, which must lie in `topFolder`.
    ///
    /// One slash at the end, as folders have, is taken off. Anything that two readers of the same
    /// archive may understand differently is refused.
    public init(
        parsing name: [UInt8],
        topFolder: String
    ) throws(Rejection) {
        guard !name.isEmpty else { throw .empty }
        guard name.count <= Self.longestName else { throw .tooLong }
        guard !name.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { throw .controlCharacter }
        guard !name.contains(UInt8(ascii: "\\")) else { throw .backslash }
        guard name.first != UInt8(ascii: "/") else { throw .absolute }
        var parts = name.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if parts.count > 1, parts.last?.isEmpty == true { parts.removeLast() }
        var components: [String] = []
        for part in parts {
            guard !part.isEmpty, !part.elementsEqual(".".utf8) else { throw .emptyComponent }
            guard !part.elementsEqual("..".utf8) else { throw .escapesRoot }
            guard part.count <= Self.longestComponent else { throw .tooLong }
            guard let component = String(validating: part, as: UTF8.self) else { throw .notUTF8 }
            components.append(component)
        }
        guard components.first?.hasSameBytes(as: topFolder) == true else {
            throw .outsideTopFolder(expected: topFolder)
        }
        self.components = Array(components.dropFirst())
    }

    /// The path below the top folder, with slashes.
    public var relativePath: String { components.joined(separator: "/") }
}

extension ArchiveMemberPath.Rejection: CustomStringConvertible {
    /// The reason, as the end of a sentence about the member.
    public var description: String {
        switch self {
        case .empty: "its name is empty"
        case .absolute: "its name is absolute"
        case .escapesRoot: "its name holds `..`"
        case .notUTF8: "its name is not UTF-8"
        case .controlCharacter: "its name holds a control character"
        case .backslash: "its name holds a backslash"
        case .emptyComponent: "its name holds an empty part or `.`"
        case .tooLong: "its name is too long"
        case .outsideTopFolder(let expected): "it is not in the folder `\(expected)/`"
        }
    }
}
