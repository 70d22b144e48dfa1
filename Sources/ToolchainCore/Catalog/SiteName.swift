/// The name of a site, or of a manifest in its catalog: `corp.example`, `web-servers`.
///
/// Lower-case ASCII letters, digits, and single dots, hyphens and underscores between them; at most 64 bytes.
/// It is safe as the name of a directory, in messages and in shells.
package struct SiteName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The name.
    package let description: String

    /// Parses a name; nil for any other text.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        func isAlphanumeric(_ byte: UInt8) -> Bool { byte.isDigit || (97...122).contains(byte) }
        guard bytes.count <= 64, let first = bytes.first, let last = bytes.last,
            isAlphanumeric(first), isAlphanumeric(last),
            bytes.allSatisfy({ isAlphanumeric($0) || [45, 46, 95].contains($0) }),
            zip(bytes, bytes.dropFirst()).allSatisfy({ isAlphanumeric($0) || isAlphanumeric($1) })
        else { return nil }
        description = text
    }

    package static func < (left: SiteName, right: SiteName) -> Bool {
        left.description.precedesByBytes(right.description)
    }
}

extension SiteName: JSONText {
    package static let form = JSONTextForm(
        "a name of lower-case letters, digits, and single `.`, `-` or `_` between them",
        pattern: "^(?=.{1,64}$)[a-z0-9]+([._-][a-z0-9]+)*$"
    )
}
