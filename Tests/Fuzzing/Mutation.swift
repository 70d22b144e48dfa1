internal import ToolchainCore

/// A deterministic random number generator: SplitMix64.
struct RandomSource: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// Returns a number from 0 up to but not including `limit`.
    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }

    mutating func hits(oneIn count: Int) -> Bool { below(count) == 0 }
}

/// The format of an input.
enum Shape {
    case bytes
    case json
    case text

    /// Returns the input with one to three changes that keep its structure; `nil` if it has none.
    func mutated(_ input: [UInt8], _ random: inout RandomSource) -> [UInt8]? {
        switch self {
        case .bytes: return Self.mutatedBytes(input, &random)
        case .json:
            guard let node = try? JSONReader.read(input, dialect: .withComments) else { return nil }
            var tree = Tree(node)
            var pool: [Tree] = []
            tree.collect(into: &pool)
            for _ in 0...random.below(3) { tree.mutate(pool, &random) }
            return Array(tree.rendered.utf8)
        case .text: return Self.mutatedText(input, &random)
        }
    }

    /// Words that have a meaning for at least one reader.
    static let words = [
        "", "0", "-1", "1", "65535", "65536", "4294967296", "9223372036854775807",
        "9223372036854775808", "18446744073709551616", "1e400", "go1.21.13", "go@latest",
        "1.27rc1", "2026-11-25T03:00:07Z", "2026-02-29", "/", "/..", "..", "../x", "~", "*", "a/b",
        "http://[::1]:80/", "https://u:p@h:1", "%00", "%2e%2e", "local", "changed", "true", "\u{0}",
        "\u{FEFF}", "\u{301}", "\u{2028}", "\u{1F600}", "'", "\"", "\\", "-N", "-l", "#", "//", "=",
        String(repeating: "a", count: 300), String(repeating: "0", count: 64),
    ]

    private static func mutatedBytes(_ input: [UInt8], _ random: inout RandomSource) -> [UInt8] {
        var bytes = input
        for _ in 0...random.below(3) {
            guard !bytes.isEmpty else { return [0] }
            let index = random.below(bytes.count)
            switch random.below(6) {
            case 0: bytes[index] ^= 1 << UInt8(random.below(8))
            case 1: bytes[index] = UInt8(random.below(256))
            case 2: bytes[index] = [0, 1, 0x7F, 0x80, 0xFF][random.below(5)]
            case 3: bytes.remove(at: index)
            case 4: bytes.insert(bytes[index], at: index)
            default: bytes.removeLast(min(bytes.count, random.below(64)))
            }
        }
        return bytes
    }

    /// Removes, duplicates, exchanges or replaces tokens and keeps the separators.
    private static func mutatedText(_ input: [UInt8], _ random: inout RandomSource) -> [UInt8] {
        var tokens: [[UInt8]] = []
        for byte in input {
            let isWord =
                byte >= 0x80 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
            if isWord, let last = tokens.last, let end = last.last,
                end >= 0x80 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= end
                    || UInt8(ascii: "a")...UInt8(ascii: "z") ~= end | 0x20
            {
                tokens[tokens.count - 1].append(byte)
            } else {
                tokens.append([byte])
            }
        }
        for _ in 0...random.below(3) {
            guard !tokens.isEmpty else {
                return Array(Self.words[random.below(Self.words.count)].utf8)
            }
            let index = random.below(tokens.count)
            switch random.below(5) {
            case 0: tokens.remove(at: index)
            case 1: tokens.insert(tokens[random.below(tokens.count)], at: index)
            case 2: tokens.swapAt(index, random.below(tokens.count))
            case 3: tokens[index] = Array(Self.words[random.below(Self.words.count)].utf8)
            default:
                // A slightly different number.
                guard let number = Int(String(decoding: tokens[index], as: UTF8.self)) else {
                    tokens.insert(tokens[index], at: index)
                    continue
                }
                tokens[index] = Array("\(number &+ random.below(5) &- 2)".utf8)
            }
        }
        return tokens.flatMap { $0 }
    }
}

/// A mutable JSON document.
indirect enum Tree {
    case null
    case boolean(Bool)
    case number(String)
    case string(String)
    case array([Tree])
    case object([(key: String, value: Tree)])

    init(_ node: JSONNode) {
        self =
            switch node.content {
            case .null: .null
            case .boolean(let value): .boolean(value)
            case .number(let digits): .number(digits)
            case .string(let text): .string(text)
            case .array(let elements): .array(elements.map { Tree($0) })
            case .object(let members): .object(members.map { ($0.key, Tree($0.value)) })
            }
    }

    /// Adds this value and all nested values.
    func collect(into pool: inout [Tree]) {
        pool.append(self)
        switch self {
        case .array(let elements): for element in elements { element.collect(into: &pool) }
        case .object(let members): for member in members { member.value.collect(into: &pool) }
        default: break
        }
    }

    /// Changes one value, usually to another of the same kind.
    mutating func mutate(_ pool: [Tree], _ random: inout RandomSource) {
        switch self {
        case .array(var elements):
            let index = random.below(elements.count)
            switch random.below(8) {
            case 0 where !elements.isEmpty: elements.remove(at: index)
            case 1 where !elements.isEmpty: elements.insert(elements[index], at: index)
            case 2 where !elements.isEmpty: elements.swapAt(index, random.below(elements.count))
            case 3: elements.append(pool[random.below(pool.count)])
            default:
                guard !elements.isEmpty else { break }
                elements[index].mutate(pool, &random)
            }
            self = .array(elements)
        case .object(var members):
            let index = random.below(members.count)
            switch random.below(12) {
            case 0 where !members.isEmpty: members.remove(at: index)
            case 1 where !members.isEmpty: members.insert(members[index], at: index)
            case 2 where !members.isEmpty: members.swapAt(index, random.below(members.count))
            case 3 where !members.isEmpty: members[index].value = pool[random.below(pool.count)]
            case 4 where random.hits(oneIn: 4):
                self = .array([self])
                return
            default:
                guard !members.isEmpty else { break }
                members[index].value.mutate(pool, &random)
            }
            self = .object(members)
        case .string(let text): self = Self.changed(text, pool, &random)
        case .number(let digits):
            let near = Int(digits).map { "\($0 &+ random.below(5) &- 2)" } ?? "0"
            let others = [
                "0", "-1", "1", "9223372036854775807", "9223372036854775808", "1e400", "0.5", near,
            ]
            self = .number(others[random.below(others.count)])
        case .boolean(let value): self = random.hits(oneIn: 4) ? .null : .boolean(!value)
        case .null: self = pool[random.below(pool.count)]
        }
    }

    private static func changed(_ text: String, _ pool: [Tree], _ random: inout RandomSource)
        -> Tree
    {
        let word = Shape.words[random.below(Shape.words.count)]
        var scalars = Array(text.unicodeScalars)
        switch random.below(6) {
        case 0: return .string(word)
        case 1: return .string(text + word)
        case 2 where !scalars.isEmpty: scalars.remove(at: random.below(scalars.count))
        case 3 where !scalars.isEmpty:
            let index = random.below(scalars.count)
            scalars.insert(scalars[index], at: index)
        case 4:
            let strings = pool.compactMap { if case .string(let text) = $0 { text } else { nil } }
            return .string(strings.isEmpty ? word : strings[random.below(strings.count)])
        default:
            // Another digit, or a letter.
            guard !scalars.isEmpty else { return .string(word) }
            let letters = Array("0123456789abcdefgoZ.-:/".unicodeScalars)
            scalars[random.below(scalars.count)] = letters[random.below(letters.count)]
        }
        var changed = String.UnicodeScalarView()
        changed.append(contentsOf: scalars)
        return .string(String(changed))
    }

    var rendered: String {
        switch self {
        case .null: "null"
        case .boolean(let value): value ? "true" : "false"
        case .number(let digits): digits
        case .string(let text): JSONValue.string(text).rendered.trimmingNewline
        case .array(let elements): "[" + elements.map(\.rendered).joined(separator: ",") + "]"
        case .object(let members):
            "{"
                + members.map {
                    JSONValue.string($0.key).rendered.trimmingNewline + ":" + $0.value.rendered
                }.joined(separator: ",") + "}"
        }
    }
}

extension String {
    fileprivate var trimmingNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
