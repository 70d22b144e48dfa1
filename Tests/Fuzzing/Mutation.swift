internal import ToolchainCore

/// A deterministic source of chance: SplitMix64.
struct Chance: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// A number from 0 up to `limit`, which it is not.
    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }

    mutating func hits(oneIn count: Int) -> Bool { below(count) == 0 }
}

/// What an input is.
enum Shape {
    case bytes
    case json
    case text

    /// The input with one to three changes, which keep its structure; nil where it has lost it.
    func mutated(_ input: [UInt8], _ chance: inout Chance) -> [UInt8]? {
        switch self {
        case .bytes: return Self.mutatedBytes(input, &chance)
        case .json:
            guard let node = try? JSONReader.read(input, dialect: .withComments) else { return nil }
            var tree = Tree(node)
            var pool: [Tree] = []
            tree.collect(into: &pool)
            for _ in 0...chance.below(3) { tree.mutate(pool, &chance) }
            return Array(tree.rendered.utf8)
        case .text: return Self.mutatedText(input, &chance)
        }
    }

    /// Words that mean something to one of the readers.
    static let words = [
        "", "0", "-1", "1", "65535", "65536", "4294967296", "9223372036854775807",
        "9223372036854775808", "18446744073709551616", "1e400", "go1.21.13", "go@latest",
        "1.27rc1", "2026-11-25T03:00:07Z", "2026-02-29", "/", "/..", "..", "../x", "~", "*", "a/b",
        "http://[::1]:80/", "https://u:p@h:1", "%00", "%2e%2e", "local", "changed", "true", "\u{0}",
        "\u{FEFF}", "\u{301}", "\u{2028}", "\u{1F600}", "'", "\"", "\\", "-N", "-l", "#", "//", "=",
        String(repeating: "a", count: 300), String(repeating: "0", count: 64),
    ]

    private static func mutatedBytes(_ input: [UInt8], _ chance: inout Chance) -> [UInt8] {
        var bytes = input
        for _ in 0...chance.below(3) {
            guard !bytes.isEmpty else { return [0] }
            let place = chance.below(bytes.count)
            switch chance.below(6) {
            case 0: bytes[place] ^= 1 << UInt8(chance.below(8))
            case 1: bytes[place] = UInt8(chance.below(256))
            case 2: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF][chance.below(5)]
            case 3: bytes.remove(at: place)
            case 4: bytes.insert(bytes[place], at: place)
            default: bytes.removeLast(min(bytes.count, chance.below(64)))
            }
        }
        return bytes
    }

    /// Tokens are dropped, doubled, exchanged or replaced; what separates them stays.
    private static func mutatedText(_ input: [UInt8], _ chance: inout Chance) -> [UInt8] {
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
        for _ in 0...chance.below(3) {
            guard !tokens.isEmpty else {
                return Array(Self.words[chance.below(Self.words.count)].utf8)
            }
            let place = chance.below(tokens.count)
            switch chance.below(5) {
            case 0: tokens.remove(at: place)
            case 1: tokens.insert(tokens[chance.below(tokens.count)], at: place)
            case 2: tokens.swapAt(place, chance.below(tokens.count))
            case 3: tokens[place] = Array(Self.words[chance.below(Self.words.count)].utf8)
            default:
                // A number that is a little different.
                guard let number = Int(String(decoding: tokens[place], as: UTF8.self)) else {
                    tokens.insert(tokens[place], at: place)
                    continue
                }
                tokens[place] = Array("\(number &+ chance.below(5) &- 2)".utf8)
            }
        }
        return tokens.flatMap { $0 }
    }
}

/// A JSON document that can be changed.
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

    /// Adds this value and all in it.
    func collect(into pool: inout [Tree]) {
        pool.append(self)
        switch self {
        case .array(let elements): for element in elements { element.collect(into: &pool) }
        case .object(let members): for member in members { member.value.collect(into: &pool) }
        default: break
        }
    }

    /// Changes one place, mostly to something of the same kind.
    mutating func mutate(_ pool: [Tree], _ chance: inout Chance) {
        switch self {
        case .array(var elements):
            let place = chance.below(elements.count)
            switch chance.below(8) {
            case 0 where !elements.isEmpty: elements.remove(at: place)
            case 1 where !elements.isEmpty: elements.insert(elements[place], at: place)
            case 2 where !elements.isEmpty: elements.swapAt(place, chance.below(elements.count))
            case 3: elements.append(pool[chance.below(pool.count)])
            default:
                guard !elements.isEmpty else { break }
                elements[place].mutate(pool, &chance)
            }
            self = .array(elements)
        case .object(var members):
            let place = chance.below(members.count)
            switch chance.below(12) {
            case 0 where !members.isEmpty: members.remove(at: place)
            case 1 where !members.isEmpty: members.insert(members[place], at: place)
            case 2 where !members.isEmpty: members.swapAt(place, chance.below(members.count))
            case 3 where !members.isEmpty: members[place].value = pool[chance.below(pool.count)]
            case 4 where chance.hits(oneIn: 4):
                self = .array([self])
                return
            default:
                guard !members.isEmpty else { break }
                members[place].value.mutate(pool, &chance)
            }
            self = .object(members)
        case .string(let text): self = Self.changed(text, pool, &chance)
        case .number(let digits):
            let near = Int(digits).map { "\($0 &+ chance.below(5) &- 2)" } ?? "0"
            let others = [
                "0", "-1", "1", "9223372036854775807", "9223372036854775808", "1e400", "0.5", near,
            ]
            self = .number(others[chance.below(others.count)])
        case .boolean(let value): self = chance.hits(oneIn: 4) ? .null : .boolean(!value)
        case .null: self = pool[chance.below(pool.count)]
        }
    }

    private static func changed(_ text: String, _ pool: [Tree], _ chance: inout Chance) -> Tree {
        let word = Shape.words[chance.below(Shape.words.count)]
        var scalars = Array(text.unicodeScalars)
        switch chance.below(6) {
        case 0: return .string(word)
        case 1: return .string(text + word)
        case 2 where !scalars.isEmpty: scalars.remove(at: chance.below(scalars.count))
        case 3 where !scalars.isEmpty:
            let place = chance.below(scalars.count)
            scalars.insert(scalars[place], at: place)
        case 4:
            let strings = pool.compactMap { if case .string(let text) = $0 { text } else { nil } }
            return .string(strings.isEmpty ? word : strings[chance.below(strings.count)])
        default:
            // A digit that is another, or a letter.
            guard !scalars.isEmpty else { return .string(word) }
            let letters = Array("0123456789abcdefgoZ.-:/".unicodeScalars)
            scalars[chance.below(scalars.count)] = letters[chance.below(letters.count)]
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
