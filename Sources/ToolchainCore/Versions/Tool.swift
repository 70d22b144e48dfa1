/// A program that Go builds and that goes with certain versions of Go, by the name that it is run by.
package struct Tool: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The name of its program: `dlv`.
    package let name: String

    /// Delve, the debugger.
    package static let delve = Tool(known: "dlv")
    /// The language server.
    package static let gopls = Tool(known: "gopls")

    /// Names that mean a Go, or look as if they did.
    private static let reserved: Set<String> = [
        "go", "gofmt", "golang", "latest", "stable", "oldstable", "tip", "devel", "current",
    ]

    private init(known name: String) { self.name = name }

    /// Reads a tool's name; nil for what cannot be one.
    ///
    /// A tool is called with small letters, digits and dashes, and neither `go` nor anything that
    /// looks like a version of it: `go1.21`.
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

    /// The Go package that the program is built from; nil where that is not known here.
    package var package: String? {
        switch name {
        case "dlv": "github.com/go-delve/delve/cmd/dlv"
        case "gopls": "golang.org/x/tools/gopls"
        case "staticcheck": "honnef.co/go/tools/cmd/staticcheck"
        default: nil
        }
    }

    /// The tool's name.
    package var description: String { name }

    /// Orders by name.
    package static func < (left: Tool, right: Tool) -> Bool { left.name < right.name }
}
