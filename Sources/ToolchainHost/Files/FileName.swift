/// The name of a file in its directory: any bytes other than slash and NUL, not necessarily UTF-8.
package struct FileName: Hashable, Sendable {
    let bytes: [UInt8]

    /// The name for messages and comparisons, but not for opening the file; invalid UTF-8 is replaced.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The name for system calls.
    var cString: [CChar] {
        var characters: [CChar] = []
        characters.reserveCapacity(bytes.count + 1)
        for byte in bytes { characters.append(CChar(bitPattern: byte)) }
        characters.append(0)
        return characters
    }
}

extension FileName {
    /// Creates a name from a string.
    package init(_ text: String) { bytes = Array(text.utf8) }
}
