/// The name of a file in its directory: any bytes but slash and NUL, UTF-8 or not.
package struct FileName: Hashable, Sendable {
    let bytes: [UInt8]

    /// The name for messages, and to be looked at; not to be opened by.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The name for system calls.
    var cString: [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }
}

extension FileName {
    /// A name from its text.
    package init(_ text: String) { bytes = Array(text.utf8) }
}
