internal import Provisioning
package import ToolchainCore
internal import ToolchainHost

/// The parts of a bundle, in order.
package struct BundleParts: Hashable, Sendable {
    /// The absolute paths.
    package let paths: [String]

    /// Checks the names and sizes of parts, as far as these show that one is missing, in another place or truncated.
    ///
    /// - Throws: ``Failure`` of kind `usage` that names the part, and `unavailable` if one does not exist.
    package init(_ paths: [String]) throws(Failure) {
        self.paths = paths
        let numbered = paths.map(Self.number)
        if let stem = numbered.first??.stem {
            for (index, part) in numbered.enumerated() {
                let digits = "00\(index + 1)".suffix(3)
                guard let part, part.stem.hasSameBytes(as: stem), part.number == index + 1 else {
                    throw Failure(
                        .usage,
                        "a part of the bundle is missing, or the parts are not in order",
                        facts: [
                            .init("expected", "\(stem).\(digits)"), .init("found", paths[index]),
                        ],
                        hint: "name all parts of one bundle in order, as the shell expands"
                            + " \(stem).*"
                    )
                }
            }
        }
        var size: Int?
        for (index, path) in paths.enumerated() {
            let found: Int?
            do {
                found = try FileSystem.byteCount(of: path)
            } catch {
                throw Failure(reading: error, what: "cannot read the bundle")
            }
            guard let found else {
                throw Failure(
                    .unavailable,
                    "a part of the bundle does not exist",
                    facts: [.init("file", path)]
                )
            }
            if let size, found > size || found < size && index < paths.count - 1 {
                throw Failure(
                    .integrity,
                    "a part of the bundle is truncated, or belongs to another bundle",
                    facts: [
                        .init("file", path), .init("expected", "\(size) bytes"),
                        .init("found", "\(found) bytes"),
                    ],
                    hint: "copy it again"
                )
            }
            if size == nil { size = found }
        }
    }

    /// The number at the end of the name of a part.
    private static func number(_ path: String) -> (stem: String, number: Int)? {
        let digits = path.suffix(3)
        guard path.utf8.count > 4, digits.utf8.count == 3,
            digits.utf8.allSatisfy(\.isDigit),
            path.dropLast(3).hasSuffix("."), let number = Int(digits)
        else { return nil }
        return (String(path.dropLast(4)), number)
    }
}
