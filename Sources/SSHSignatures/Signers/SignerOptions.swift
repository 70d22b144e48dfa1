internal import ToolchainCore
internal import ToolchainHost

/// The options of a line of allowed signers: ssh-keygen(1), ALLOWED SIGNERS.
struct SignerOptions: Hashable, Sendable {
    private(set) var isCertificateAuthority = false
    /// The purposes for which the key may sign; nil for all.
    private(set) var namespaces: PatternList?
    private(set) var validAfter: UTCTime?
    private(set) var validBefore: UTCTime?

    /// Why options are invalid.
    struct Invalid: Error, Hashable, CustomStringConvertible {
        let reason: String

        var description: String { reason }
    }

    /// Options as if none were given.
    init() {}

    /// Parses options separated by commas.
    init(parsing text: ArraySlice<UInt8>) throws(Invalid) {
        var rest = text
        while !rest.isEmpty {
            if Self.skip("cert-authority", in: &rest) {
                isCertificateAuthority = true
            } else if Self.skip("namespaces=", in: &rest) {
                guard namespaces == nil else { throw Invalid(reason: "two `namespaces`") }
                namespaces = PatternList(text: try Self.quoted(&rest))
            } else if Self.skip("valid-after=", in: &rest) {
                guard validAfter == nil else { throw Invalid(reason: "two `valid-after`") }
                validAfter = try Self.time(&rest)
            } else if Self.skip("valid-before=", in: &rest) {
                guard validBefore == nil else { throw Invalid(reason: "two `valid-before`") }
                validBefore = try Self.time(&rest)
            }
            guard let separator = rest.popFirst() else { break }
            guard separator == UInt8(ascii: ",") else { throw Invalid(reason: "unknown option") }
            guard !rest.isEmpty else { throw Invalid(reason: "a comma after the last option") }
        }
        if let validAfter, let validBefore, validBefore <= validAfter {
            throw Invalid(reason: "`valid-before` is not later than `valid-after`")
        }
    }

    /// Removes a word, of which case does not matter; false if something else follows.
    private static func skip(_ word: String, in rest: inout ArraySlice<UInt8>) -> Bool {
        let count = word.utf8.count
        let found = String(decoding: rest.prefix(count), as: UTF8.self)
        guard found.utf8.count == count, found.lowercased() == word else { return false }
        rest = rest.dropFirst(count)
        return true
    }

    /// Removes a value in quotes, in which `\"` is a quote.
    private static func quoted(_ rest: inout ArraySlice<UInt8>) throws(Invalid) -> [UInt8] {
        let quote = UInt8(ascii: "\"")
        guard rest.popFirst() == quote else { throw Invalid(reason: "a value without quotes") }
        var value: [UInt8] = []
        while let byte = rest.popFirst() {
            if byte == quote { return value }
            if byte == UInt8(ascii: "\\"), rest.first == quote {
                rest.removeFirst()
                value.append(quote)
            } else {
                value.append(byte)
            }
        }
        throw Invalid(reason: "a value without a closing quote")
    }

    /// Removes a time: YYYYMMDD, YYYYMMDDHHMM or YYYYMMDDHHMMSS; local unless `Z` or `UTC` follows.
    private static func time(_ rest: inout ArraySlice<UInt8>) throws(Invalid) -> UTCTime {
        let text = String(decoding: try quoted(&rest), as: UTF8.self)
        var digits = Array(text.utf8)
        let suffix = ["Z", "UTC"].first {
            digits.count > $0.utf8.count && text.uppercased().hasSuffix($0)
        }
        digits.removeLast(suffix?.utf8.count ?? 0)
        guard [8, 12, 14].contains(digits.count) else {
            throw Invalid(reason: "`\(text)` is not a time")
        }
        /// A number, before which there may be spaces, as for strptime(3); 0 behind the end of the text.
        func number(_ range: Range<Int>) -> Int {
            guard range.upperBound <= digits.count else { return 0 }
            let number = digits[range].drop { $0 == 0x20 }
            guard !number.isEmpty, number.allSatisfy(\.isDigit) else { return -1 }
            return number.reduce(0) { $0 * 10 + Int($1 - 48) }
        }
        let time = UTCTime(
            year: number(0..<4),
            month: number(4..<6),
            day: number(6..<8),
            hour: number(8..<10),
            minute: number(10..<12),
            second: number(12..<14),
            isLocal: suffix == nil
        )
        guard let time, time.seconds > 0 else { throw Invalid(reason: "`\(text)` is not a time") }
        return time
    }
}
