/// The names of keys in notes.
enum KeyName {
    /// Whether C2SP signed-note allows the name: not empty, no Unicode space, no plus.
    static func isValid(_ name: String) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0 != "+" }
    }

    /// A key as messages name it: `sum.golang.org+033de0ae`.
    static func label(_ name: String, hash: UInt32) -> String { "\(name)+\(digits(hash))" }

    /// The eight hexadecimal digits of a key's hash.
    static func digits(_ hash: UInt32) -> String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
}
