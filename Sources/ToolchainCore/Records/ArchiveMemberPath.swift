/// The path of an archive member, relative to the archive's top directory, which it cannot escape.
package struct ArchiveMemberPath: Hashable, Sendable {
    /// Why the name of a member is rejected.
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

    /// The maximum length of a component in bytes (`NAME_MAX`).
    static let maximumComponentLength = 255
    /// The maximum length of a name in bytes.
    ///
    /// The longest name in a Go archive has 108 bytes (docs/facts/archives.md#contents).
    static let maximumNameLength = 1024

    /// The path relative to the top directory; empty for the top directory itself.
    ///
    /// No component is empty, `.` or `..`, or contains a backslash or a control character.
    package let relativePath: String
    /// The number of bytes before the last slash of ``relativePath``.
    private let directoryByteCount: Int

    /// Parses the name of a member.
    ///
    /// A trailing slash, as directories have, is removed. Names that other readers of the archive might
    /// interpret differently are rejected.
    ///
    /// - Parameters:
    ///   - name: The bytes of the name.
    ///   - topDirectory: The directory that must contain the member; nil if the archive has none, in which
    ///     case names may begin with `./`.
    /// - Throws: ``Rejection`` if the name is invalid, unsafe or ambiguous.
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
        guard name.count <= Self.maximumNameLength else { throw .tooLong }
        guard !name.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { throw .controlCharacter }
        guard !name.contains(UInt8(ascii: "\\")) else { throw .backslash }
        guard name.first != UInt8(ascii: "/") else { throw .absolute }
        var parts = name.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if parts.count > 1, parts.last?.isEmpty == true { parts.removeLast() }
        for part in parts {
            guard !part.isEmpty, !part.elementsEqual(".".utf8) else { throw .emptyComponent }
            guard !part.elementsEqual("..".utf8) else { throw .escapesRoot }
            guard part.count <= Self.maximumComponentLength else { throw .tooLong }
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

    /// The path of the directory that contains the member; empty for the top directory.
    package var directory: String {
        String(decoding: relativePath.utf8.prefix(directoryByteCount), as: UTF8.self)
    }

    /// The last component of the path; empty for the top directory itself.
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
    /// The reason, as a clause about the member.
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
