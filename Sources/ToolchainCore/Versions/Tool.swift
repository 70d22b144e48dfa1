/// A program that Go builds and that goes with certain versions of Go, by the name that it is run by.
package struct Tool: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The name of its program: `dlv`.
    package let name: String

    /// Delve, the debugger.
    package static let delve = Tool(known: "dlv")
    /// The language server.
    package static let gopls = Tool(known: "gopls")

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
            }), !["go", "gofmt", "latest", "tip", "devel", "current"].contains(String(name)),
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

/// One tool of one version, built by one Go: what there can be several of side by side.
package struct ToolBuild: Hashable, Sendable {
    package let tool: Tool
    package let version: ToolVersion
    /// The Go that built it.
    package let builder: GoVersion

    /// A build from its parts.
    package init(tool: Tool, version: ToolVersion, builder: GoVersion) {
        self.tool = tool
        self.version = version
        self.builder = builder
    }

    /// The name of the tool and its version, which is also that of the link in GOBIN: `dlv1.25.0`.
    package var shortName: String { "\(tool)\(version)" }

    /// The name of its folder: `dlv1.25.0-go1.21.13`.
    package var name: String { "\(shortName)-\(builder.toolchainName)" }

    /// Reads a folder's name; nil for any other.
    package init?(name: String) {
        guard let mark = name.range(ofLast: "-go") else { return nil }
        let head = name[..<mark.lowerBound]
        guard let builder = GoVersion(name[mark.upperBound...]), !builder.isLanguageVersion,
            let start = head.firstIndex(where: \.isDigit),
            let tool = Tool(head[..<start]), let version = ToolVersion(head[start...])
        else { return nil }
        self.init(tool: tool, version: version, builder: builder)
        guard self.name == name else { return nil }
    }
}

extension ToolBuild: Comparable {
    /// Orders by tool, version and the Go that built it.
    package static func < (left: ToolBuild, right: ToolBuild) -> Bool {
        (left.tool, left.version, left.builder) < (right.tool, right.version, right.builder)
    }
}

/// Something that is installed in a folder of its own.
package enum Installation: Hashable, Sendable {
    case go(GoVersion)
    case tool(ToolBuild)

    /// The name of its folder and of its lock: `go1.21.13`, `dlv1.25.0-go1.21.13`.
    package var name: String {
        switch self {
        case .go(let version): version.toolchainName
        case .tool(let build): build.name
        }
    }

    /// Reads a folder's name; nil for any other.
    package init?(name: String) {
        if let version = GoVersion(name), version.toolchainName == name {
            self = .go(version)
        } else if let build = ToolBuild(name: name) {
            self = .tool(build)
        } else {
            return nil
        }
    }
}

extension Installation: Comparable {
    /// Orders Go versions before tools.
    package static func < (left: Installation, right: Installation) -> Bool {
        switch (left, right) {
        case (.go(let one), .go(let other)): one < other
        case (.tool(let one), .tool(let other)): one < other
        case (.go, .tool): true
        case (.tool, .go): false
        }
    }
}
