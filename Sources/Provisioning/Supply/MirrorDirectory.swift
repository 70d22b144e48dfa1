package import ToolchainCore
package import ToolchainHost

/// A directory of archives: copied, mounted, or plugged in.
///
/// Nothing in it is trusted.
package struct MirrorDirectory: Hashable, Sendable {
    /// The directory's absolute path.
    package let path: String

    /// Reads a path or a `file://` URL.
    ///
    /// - Parameters:
    ///   - text: What was written.
    ///   - base: The directory of the manifest that it was written in, if any.
    ///   - environment: The process, for relative paths.
    /// - Throws: ``Failure`` for anything else: of kind `configuration` for what a manifest says.
    package init(
        parsing text: String,
        base: String?,
        from environment: HostEnvironment
    ) throws(Failure) {
        func refusal(_ reason: String, hint: String? = nil) -> Failure {
            Failure(
                base == nil ? .usage : .configuration,
                "`\(WebAddress.masked(url: text))` is not a valid mirror",
                facts: [.init("because", reason)],
                hint: hint
            )
        }
        var path = text
        if let scheme = text.range(ofFirst: "://") {
            guard text[..<scheme.lowerBound].lowercased() == "file" else {
                throw refusal(
                    "a mirror directory is a path or a file:// URL",
                    hint: "use a directory, or a URL such as file:///srv/go"
                )
            }
            let rest = text[scheme.upperBound...]
            guard let slash = rest.firstIndex(of: "/"),
                ["", "localhost"].contains(rest[..<slash])
            else { throw refusal("a file:// URL must name this host: file:///srv/go") }
            guard let decoded = String(rest[slash...]).percentDecoded else {
                throw refusal("it has invalid percent-encoding")
            }
            path = decoded
        }
        guard !path.utf8.contains(0), !path.isEmpty,
            let absolute = environment.absolutePath(path, base: base)
        else { throw refusal("it is not a path") }
        self.path = absolute
    }

    /// Where an archive may be in it: at the top, or in a directory of its kind.
    func candidates(for pin: PinnedArchive) -> [String] {
        ["\(path)/\(pin.fileName)", "\(path)/\(pin.contents.directoryName)/\(pin.fileName)"]
    }
}

extension PinnedArchive.Contents {
    /// The directory of a mirror that such archives may be in: `go` as on the official site.
    var directoryName: String {
        switch self {
        case .go: "go"
        case .tool(let build): build.tool.name
        case .source(.delve, _): "delve"
        case .source(let tool, _): tool.name
        }
    }
}
