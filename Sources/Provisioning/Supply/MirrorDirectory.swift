package import ToolchainCore
package import ToolchainHost

/// A directory of archives on this host: copied, mounted or on removable media.
///
/// The directory is not trusted: archives from it are verified.
package struct MirrorDirectory: Hashable, Sendable {
    /// The directory's absolute path.
    package let path: String

    /// Parses a path or a `file://` URL.
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

    /// Returns the possible paths of an archive: in the directory itself and in its subdirectory for
    /// archives of this kind.
    func candidates(for pin: PinnedArchive) -> [String] {
        candidates(for: pin.contents, named: pin.fileName)
    }

    /// Returns the possible paths of an archive whose digest is not known.
    func candidates(for contents: PinnedArchive.Contents, named fileName: String) -> [String] {
        ["\(path)/\(fileName)", "\(path)/\(contents.directoryName)/\(fileName)"]
    }
}
