package import ToolchainCore
package import ToolchainHost

/// Where archives may be.
///
/// Nothing that comes from there is trusted.
package enum Mirror: Hashable, Sendable {
    /// A directory of this host.
    case directory(MirrorDirectory)
    /// A directory of a web server.
    case web(WebMirror)

    /// Reads a path, a `file://` URL, or the URL of a web server.
    ///
    /// - Parameters:
    ///   - text: What was written.
    ///   - base: The directory of the manifest that it was written in, if it was.
    ///   - environment: The process, for relative paths.
    /// - Throws: ``Failure`` for anything else: of kind `configuration` for what a manifest says.
    package init(
        parsing text: String,
        base: String?,
        from environment: HostEnvironment
    ) throws(Failure) {
        let scheme = text.range(ofFirst: "://").map { text[..<$0.lowerBound].lowercased() }
        guard let scheme, scheme != "file" else {
            self = .directory(try MirrorDirectory(parsing: text, base: base, from: environment))
            return
        }
        do {
            self = .web(try WebMirror(parsing: text))
        } catch {
            let isSeveral = text.utf8.contains(UInt8(ascii: " "))
            throw Failure(
                base == nil ? .usage : .configuration,
                "`\(WebAddress.masked(url: text))` is not a valid mirror",
                facts: [.init("because", "it \(error.reason)")],
                hint: text.contains(byte: "@")
                    ? "use a mirror without a password, or one with a token in the query"
                        + " (https://mirror.example/go?TOKEN); or download the archive and run"
                        + " `gotoolprov cache add FILE`"
                    : isSeveral
                        ? "separate mirrors with commas, or repeat `--mirror`"
                        : "use a directory, or a URL such as https://mirror.example/go"
            )
        }
    }

    /// The directory, or the URL as it was written, without its query.
    package var name: String {
        switch self {
        case .directory(let directory): directory.path
        case .web(let mirror): mirror.description
        }
    }
}

/// A directory of a web server, or a template for the URLs of archives there.
///
/// Its query may be secret: it is sent, and never printed or recorded.
package struct WebMirror: Hashable, Sendable, CustomStringConvertible {
    /// The official site, which redirects to where the archives are, of what an archive holds; nil where it has none.
    static func official(for contents: PinnedArchive.Contents) -> (mirror: WebMirror, name: String)?
    {
        let url: String
        let name: String
        switch contents {
        case .go: (url, name) = ("https://go.dev/dl/{file}", "go.dev")
        case .source(.delve, _):
            url = "https://github.com/go-delve/delve/archive/refs/tags/{file}"
            name = "github.com"
        case .source, .tool: return nil
        }
        return (try? WebMirror(parsing: url)).map { ($0, name) }
    }

    private let text: String

    /// The URL as it was written, with its query masked.
    package var description: String { WebAddress.masked(url: text) }

    /// Reads a URL, in which `{file}` and `{version}` may stand for the archive's name and version.
    ///
    /// - Throws: ``WebAddress/Rejection``.
    package init(parsing text: String) throws(WebAddress.Rejection) {
        self.text = text
        _ = try Self.addresses(in: text, file: "file", version: "version")
    }

    /// Where an archive may be: as the template says, or at the top and in a directory `go`.
    func candidates(for pin: PinnedArchive) -> [WebAddress] {
        (try? Self.addresses(
            in: text,
            file: pin.fileName,
            version: pin.contents.name,
            directory: pin.contents.directoryName
        )) ?? []
    }

    private static func addresses(
        in text: String,
        file: String,
        version: String,
        directory: String = "go"
    ) throws(WebAddress.Rejection) -> [WebAddress] {
        guard text.contains(byte: "{") else {
            let base = try WebAddress(parsing: text)
            return [base.appending(file), base.appending("\(directory)/\(file)")]
        }
        let filled = text.replacing(text: "{file}", with: file)
            .replacing(text: "{version}", with: version)
        guard !filled.contains(byte: "{"), text.contains(text: "{file}") else {
            throw WebAddress.Rejection(reason: "contains braces other than {file} and {version}")
        }
        return [try WebAddress(parsing: filled)]
    }
}
