/// A tool for Go, such as Delve or gopls, each version of which is compatible with certain Go versions.
package struct Tool: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The name of the executable: `dlv`.
    package let name: String

    /// Delve, the debugger.
    package static let delve = Tool(known: "dlv")
    /// The language server.
    package static let gopls = Tool(known: "gopls")

    /// Names that refer to Go itself, or might be read that way.
    private static let reserved: Set<String> = [
        "go", "gofmt", "golang", "latest", "stable", "oldstable", "tip", "devel", "current",
    ]

    private init(known name: String) { self.name = name }

    /// Parses the name of a tool; nil if it is not valid.
    ///
    /// A name starts with a lowercase letter, followed by up to 39 lowercase letters, digits and dashes,
    /// and does not end with a dash. Names that could refer to Go, such as `go1.21`, are reserved.
    package init?(_ name: some StringProtocol) {
        let bytes = Array(name.utf8)
        guard let first = bytes.first, (97...122).contains(first), bytes.count <= 40,
            bytes.last != UInt8(ascii: "-"),
            bytes.allSatisfy({
                (97...122).contains($0) || $0.isDigit || $0 == UInt8(ascii: "-")
            }), !Self.reserved.contains(String(name)),
            !(bytes.starts(with: "go".utf8) && bytes.count > 2 && bytes[2].isDigit)
        else { return nil }
        self.name = String(name)
    }

    /// The import path of the package that the executable is built from; nil if unknown.
    package var package: String? {
        switch name {
        case "dlv": "github.com/go-delve/delve/cmd/dlv"
        case "gopls": "golang.org/x/tools/gopls"
        case "staticcheck": "honnef.co/go/tools/cmd/staticcheck"
        default: nil
        }
    }

    package var description: String { name }

    /// Orders by name.
    package static func < (left: Tool, right: Tool) -> Bool { left.name < right.name }
}
