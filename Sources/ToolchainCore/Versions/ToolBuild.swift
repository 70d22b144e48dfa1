/// A version of a tool, built by a particular Go; several builds can be installed side by side.
package struct ToolBuild: Hashable, Sendable {
    package let tool: Tool
    package let version: ToolVersion
    /// The Go that built it.
    package let builder: GoVersion

    /// Creates a build.
    package init(tool: Tool, version: ToolVersion, builder: GoVersion) {
        self.tool = tool
        self.version = version
        self.builder = builder
    }

    /// The name of the tool with its version, which is also the name of the link in GOBIN: `dlv1.25.0`.
    package var shortName: String { "\(tool)\(version)" }

    /// The name of the directory: `dlv1.25.0-go1.21.13`.
    package var name: String { "\(shortName)-\(builder.toolchainName)" }

    /// Parses the name of a build's directory; nil for any other name.
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
