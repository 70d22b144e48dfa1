/// The path of an archive member below the archive's one top directory, which cannot leave it.
package struct ArchiveMemberPath: Hashable, Sendable {
    /// Why a member's name is refused.
    package enum Rejection: Error, Hashable, Sendable {
        case empty
        case absolute
        case escapesRoot
        case notUTF8
        case controlCharacter
        case backslash
        case emptyComponent
        case tooLong
        case outsideTopDirectory(expected: String)
    }

    /// Linux's limit on one component, in bytes (`NAME_MAX`).
    static let longestComponent = 255
    /// The longest name taken, in bytes.
    ///
    /// Go's longest is 108 (docs/facts/archives.md#contents).
    static let longestName = 1024

    /// The path below the top directory, with single slashes; empty for the top directory itself.
    ///
    /// None of its parts is empty, `.` or `..`, and none holds a slash, a backslash or a control
    /// character.
    package let relativePath: String
    /// How many bytes of ``relativePath`` stand before its last slash.
    private let directoryByteCount: Int

    /// Reads the bytes of a member's name, which must lie in `topDirectory`.
    ///
    /// Where `topDirectory` is nil, the archive has none, and names may begin with `./`. One slash at the end, as directories have, is taken off. Anything that two readers of the same
    /// archive may understand differently is refused.
    package init(
        parsing name: [UInt8],
        topDirectory: String?
    ) throws(Rejection) {
        var name = name
        if topDirectory == nil, name.starts(with: "./".utf8) || name.elementsEqual(".".utf8) {
            name.removeFirst(min(2, name.count))
            guard !name.isEmpty else {
                relativePath = ""
                directoryByteCount = 0
                return
            }
        }
        guard !name.isEmpty else { throw .empty }
        guard name.count <= Self.longestName else { throw .tooLong }
        guard !name.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { throw .controlCharacter }
        guard !name.contains(UInt8(ascii: "\\")) else { throw .backslash }
        guard name.first != UInt8(ascii: "/") else { throw .absolute }
        var parts = name.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if parts.count > 1, parts.last?.isEmpty == true { parts.removeLast() }
        for part in parts {
            guard !part.isEmpty, !part.elementsEqual(".".utf8) else { throw .emptyComponent }
            guard !part.elementsEqual("..".utf8) else { throw .escapesRoot }
            guard part.count <= Self.longestComponent else { throw .tooLong }
        }
        var start = name.startIndex
        if let topDirectory {
            guard parts.first?.elementsEqual(topDirectory.utf8) == true else {
                guard String(validating: name, as: UTF8.self) != nil else { throw .notUTF8 }
                throw .outsideTopDirectory(expected: topDirectory)
            }
            start = parts.count > 1 ? parts[1].startIndex : name.endIndex
            parts.removeFirst()
        }
        let end = parts.last?.endIndex ?? start
        guard let path = String(validating: name[start..<max(start, end)], as: UTF8.self) else {
            throw .notUTF8
        }
        relativePath = path
        directoryByteCount = parts.count > 1 ? end - start - (parts.last?.count ?? 0) - 1 : 0
    }

    /// The directory that the member is in, with slashes; empty for the top directory.
    package var directory: String {
        String(decoding: relativePath.utf8.prefix(directoryByteCount), as: UTF8.self)
    }

    /// The last part of the path; empty for the top directory itself.
    package var name: String {
        String(
            decoding: relativePath.utf8.dropFirst(
                directoryByteCount == 0 ? 0 : directoryByteCount + 1
            ),
            as: UTF8.self
        )
    }
}

extension ArchiveMemberPath.Rejection: CustomStringConvertible {
    /// The reason, as the end of a sentence about the member.
    package var description: String {
        switch self {
        case .empty: "its name is empty"
        case .absolute: "its name is absolute"
        case .escapesRoot: "its name contains `..`"
        case .notUTF8: "its name is not UTF-8"
        case .controlCharacter: "its name contains a control character"
        case .backslash: "its name contains a backslash"
        case .emptyComponent: "its name contains an empty part or `.`"
        case .tooLong: "its name is too long"
        case .outsideTopDirectory(let expected): "it is not in the directory `\(expected)/`"
        }
    }
}
