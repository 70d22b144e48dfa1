import TestSupport
import ToolchainCore

/// Generates unusual settings files that VS Code accepts.
struct SettingsGenerator {
    /// The features of a file.
    struct Traits {
        var lineEnd: String
        /// Whether the file already has some of the managed settings.
        var hasOurs: Bool
        var hasByteOrderMark: Bool
    }

    private var random: SeededGenerator
    private let traits: Traits
    private var keyCount = 0

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        traits = Traits(
            lineEnd: ["\n", "\n", "\r\n", "\r\n", "\r"].randomElement(using: &random) ?? "\n",
            hasOurs: Bool.random(using: &random),
            hasByteOrderMark: Int.random(in: 0..<4, using: &random) == 0
        )
    }

    /// Returns a file with the values of managed settings between U+E000 and U+E001.
    mutating func template() -> String {
        var text = traits.hasByteOrderMark ? "\u{FEFF}" : ""
        text += space()
        text += object(depth: 0, ours: traits.hasOurs ? Self.ours : [])
        return text + space()
    }

    private static let ours = [
        "go.alternateTools", "go.toolsEnvVars", "go.toolsManagement.checkForUpdates",
        "go.toolsManagement.autoUpdate", "go.goroot",
    ]

    private mutating func isOne(in count: Int) -> Bool {
        Int.random(in: 0..<count, using: &random) == 0
    }

    private mutating func object(depth: Int, ours: [String] = []) -> String {
        var keys = ours.filter { _ in isOne(in: 2) }
        for _ in 0..<Int.random(in: 0..<5, using: &random) {
            keyCount += 1
            keys.append("key \(keyCount)" + (isOne(in: 4) ? "\\\"ä\\u0041//" : ""))
        }
        keys.shuffle(using: &random)
        let members = keys.map { key in
            "\"\(key)\"\(space())\(":")\(space())\(value(of: key, depth: depth + 1))\(space())"
        }
        return list(members, "{", "}")
    }

    private mutating func list(_ parts: [String], _ open: String, _ close: String) -> String {
        var text = open
        for (index, part) in parts.enumerated() {
            text += (index == 0 ? "" : ",") + space() + part
        }
        if !parts.isEmpty, isOne(in: 3) { text += "," }
        return text + space() + close
    }

    private mutating func value(of key: String, depth: Int) -> String {
        switch key {
        case "go.alternateTools": object(depth: depth, ours: ["go", "dlv", "gopls"])
        case "go.toolsEnvVars": object(depth: depth, ours: ["GOTOOLCHAIN"])
        case _ where Self.ours.contains(key), "go", "dlv", "gopls", "GOTOOLCHAIN":
            "\u{E000}\(plain())\u{E001}"
        case _ where depth < 4 && isOne(in: 4): object(depth: depth)
        case _ where depth < 4 && isOne(in: 4):
            list((0..<3).map { _ in value(of: "", depth: depth + 1) + space() }, "[", "]")
        default: plain()
        }
    }

    private mutating func plain() -> String {
        [
            "1", "-0.5e+10", "true", "false", "null", "\"\"", "\"/opt/x\"", "\"// no comment\"",
            "\"/* none */ , } ]\"", "\"\\\\\"", "\"\\\"\"", "\"ä😀\\u00e4\\ud83d\\ude00\"",
            "\"local\"",
        ].randomElement(using: &random) ?? "0"
    }

    private mutating func space() -> String {
        var text = ""
        while !isOne(in: 2) {
            switch Int.random(in: 0..<8, using: &random) {
            case 0...1: text += " "
            case 2: text += "\t"
            case 3...4: text += traits.lineEnd
            case 5: text += "/* , \"go.goroot\": \(traits.lineEnd) // { ä **/"
            case 6: text += "/**/"
            default: text += "// \"a\": 1, } /* \u{2028}😀\(traits.lineEnd)"
            }
        }
        return text
    }
}

/// Returns a template with or without the marked values.
func filled(_ template: String, withMarked: Bool) -> String {
    var text = String.UnicodeScalarView()
    var isMarked = false
    for scalar in template.unicodeScalars {
        switch scalar {
        case "\u{E000}": isMarked = true
        case "\u{E001}": isMarked = false
        default: if withMarked || !isMarked { text.append(scalar) }
        }
    }
    return String(text)
}

/// Returns the comments of a file in order, without the code under test.
func comments(in text: String) -> [String] {
    var comments: [String] = []
    var rest = Substring.UnicodeScalarView(text.unicodeScalars)
    while let scalar = rest.popFirst() {
        if scalar == "\"" {
            while let inner = rest.popFirst(), inner != "\"" {
                if inner == "\\" { rest = rest.dropFirst() }
            }
        } else if scalar == "/", rest.first == "/" {
            let comment = rest.prefix { $0 != "\n" && $0 != "\r" }
            comments.append("/" + String(comment))
            rest = rest.dropFirst(comment.count)
        } else if scalar == "/", rest.first == "*" {
            var comment = "/*"
            rest = rest.dropFirst()
            while let inner = rest.popFirst() {
                comment.unicodeScalars.append(inner)
                guard inner == "*", rest.first == "/" else { continue }
                rest = rest.dropFirst()
                break
            }
            comments.append(comment)
        }
    }
    return comments
}

/// Returns the paths and values of a file in order, as `JSONReader` parses them.
func meaning(of text: String) throws -> [(path: String, value: String)] {
    // JSONReader ends a line comment only at LF.
    let unified = String(
        String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\r" ? "\n" : $0 })
    )
    var found: [(path: String, value: String)] = []
    func visit(_ node: JSONNode, at path: String) {
        switch node.content {
        case .object(let members):
            found.append((path, "{"))
            for member in members { visit(member.value, at: "\(path)/\(member.key)") }
        case .array(let elements):
            found.append((path, "["))
            for (index, element) in elements.enumerated() { visit(element, at: "\(path)/\(index)") }
        default: found.append((path, "\(node.content)"))
        }
    }
    visit(try JSONReader.read(Array(unified.utf8), dialect: .withComments), at: "")
    return found
}
