package import ToolchainCore
package import ToolchainHost

/// A source of archives.
///
/// Mirrors are not trusted: archives from them are verified.
package enum Mirror: Hashable, Sendable {
    /// A directory on this host.
    case directory(MirrorDirectory)
    /// A directory on a web server.
    case web(WebMirror)

    /// Parses a path, a `file://` URL, or the URL of a web server.
    ///
    /// - Parameters:
    ///   - text: The text to parse.
    ///   - base: The directory of the manifest that contains the text, or `nil` for other settings.
    ///   - environment: The environment, to resolve relative paths.
    /// - Throws: ``Failure`` for anything else: of kind `configuration` for text from a manifest, else
    ///   `usage`.
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
                    ? "leave them out, and add `machine HOST login USER password PASSWORD` to"
                        + " ~/.netrc"
                    : isSeveral
                        ? "separate mirrors with commas, or repeat `--mirror`"
                        : "use a directory, or a URL such as https://mirror.example/go"
            )
        }
    }

    /// The directory, or the URL with its query masked.
    package var name: String {
        switch self {
        case .directory(let directory): directory.path
        case .web(let mirror): mirror.description
        }
    }
}

/// The URL of a directory on a web server, or a template for the URLs of its archives.
///
/// The query may contain a secret, so it is sent, but never printed or recorded.
package struct WebMirror: Hashable, Sendable, CustomStringConvertible {
    /// Returns the official site for the contents of an archive, and its name, or `nil` if there is
    /// none.
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

    /// The URL, with its query masked.
    package var description: String { WebAddress.masked(url: text) }

    /// Parses a URL, in which `{file}` and `{version}` are placeholders for the archive's file name and
    /// version.
    ///
    /// - Throws: ``WebAddress/Rejection``.
    package init(parsing text: String) throws(WebAddress.Rejection) {
        self.text = text
        _ = try Self.addresses(in: text, file: "file", version: "version")
    }

    /// The scheme, the host and the port of all archives; nil if they depend on the archive.
    var origin: String? {
        let origins = ["1", "2"].map { name in
            try? Self.addresses(in: text, file: name, version: name).first?.origin
        }
        return origins[0] == origins[1] ? origins[0] : nil
    }

    /// The directory itself, or `nil` for a template.
    package var directory: WebAddress? {
        text.contains(byte: "{") ? nil : try? WebAddress(parsing: text)
    }

    /// Returns the possible URLs of an archive: from the template, or in the directory itself and its
    /// subdirectory for archives of this kind.
    func candidates(for pin: PinnedArchive) -> [WebAddress] {
        candidates(for: pin.contents, named: pin.fileName)
    }

    /// Returns the possible URLs of an archive whose digest is not known.
    func candidates(
        for contents: PinnedArchive.Contents,
        named fileName: String
    ) -> [WebAddress] {
        (try? Self.addresses(
            in: text,
            file: fileName,
            version: contents.name,
            directory: contents.directoryName
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
