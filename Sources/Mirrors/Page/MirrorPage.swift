internal import ToolchainCore

/// The page of a mirror for people, `index.html`: what it has, and how to use it.
///
/// It is a pure function of the index, without times, scripts and references to other servers. Programs do not read it,
/// and nothing on it is evidence.
package struct MirrorPage: Sendable {
    /// The name of the file.
    package static let fileName = "index.html"

    /// How each page begins.
    ///
    /// A file that begins otherwise is the site's own page, and is kept.
    package static let beginning = """
        <!DOCTYPE html>
        <!-- Written by gotoolprov with each change of mirror.json. To keep your own page, delete this line. -->

        """

    private let entries: [MirrorEntry]

    /// Creates the page of a mirror.
    package init(_ index: MirrorIndex) { entries = index.entries }

    /// The file.
    package var bytes: [UInt8] { Array((Self.beginning + text).utf8) }

    private var text: String {
        """
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
        img-src data:; base-uri 'none'; form-action 'none'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="referrer" content="no-referrer">
        <link rel="icon" href="data:,">
        <title>Mirror of Go toolchains</title>
        <style>
        \(Self.style)
        </style>
        </head>
        <body>
        <header>
        <h1>Mirror of Go toolchains</h1>
        <p>\(summary)</p>
        </header>
        <main>
        <section aria-labelledby="use">
        <h2 id="use">Use this mirror</h2>
        <p>On a host, with the URL of this page instead of <code>URL</code>:</p>
        <pre><code>\(example.inHTML)</code></pre>
        <p>To make it permanent, set <code>GOTOOLPROV_MIRROR=URL</code>, or add it to <code>mirrors</code> in a
        manifest. A host does not trust this page or this server: it verifies each archive by the digest in its
        catalogs, or by Go’s checksum database.</p>
        </section>
        \(sections)</main>
        <footer><p>The same list for programs: <a href="\(MirrorIndex.fileName)">\(MirrorIndex.fileName)</a></p></footer>
        </body>
        </html>

        """
    }

    // MARK: Words

    private var summary: String {
        guard !entries.isEmpty else { return "The mirror is empty." }
        let total = ByteCount(entries.reduce(0) { $0.saturatingPlus($1.byteCount) })
        return "\(entries.count) \(entries.count == 1 ? "archive" : "archives"), \(total)"
    }

    /// A command that installs the newest Go of the mirror.
    private var example: String {
        let versions = entries.compactMap(\.contents.goVersion)
        let newest = versions.filter { !$0.isPreRelease && !$0.isDevelopment }.max()
        return "gotoolprov ensure \(newest?.toolchainName ?? "go@latest") --mirror URL"
    }

    private var sections: String {
        let parts: [(id: String, title: String, kind: Kind)] = [
            ("go", "Go toolchains", .go), ("tools", "Tools", .tool),
            ("sources", "Source code of tools", .source),
        ]
        return parts.map { part in
            let rows = entries.filter { Kind($0.contents) == part.kind }.sorted(by: Self.isBefore)
            return rows.isEmpty ? "" : section(part.id, part.title, rows)
        }.joined()
    }

    private enum Kind {
        case go
        case tool
        case source

        init(_ contents: PinnedArchive.Contents) {
            switch contents {
            case .go: self = .go
            case .tool: self = .tool
            case .source: self = .source
            }
        }
    }

    /// The newest Go first, and everything else by path.
    private static func isBefore(_ left: MirrorEntry, _ right: MirrorEntry) -> Bool {
        if let one = left.contents.goVersion, let two = right.contents.goVersion, one != two {
            return one > two
        }
        return left.path < right.path
    }

    private func section(_ id: String, _ title: String, _ rows: [MirrorEntry]) -> String {
        """
        <section aria-labelledby="\(id)">
        <h2 id="\(id)">\(title)</h2>
        <div class="wide" role="region" aria-labelledby="\(id)" tabindex="0">
        <table>
        <thead><tr><th scope="col">Version</th><th scope="col">Architecture</th><th scope="col">Size</th>\
        <th scope="col">SHA-256</th><th scope="col">Evidence</th></tr></thead>
        <tbody>
        \(rows.map(row).joined(separator: "\n"))
        </tbody>
        </table>
        </div>
        </section>

        """
    }

    private func row(_ entry: MirrorEntry) -> String {
        let path = entry.path.description.inHTML
        let cells = [
            entry.architecture?.rawValue.inHTML ?? "any", "\(ByteCount(entry.byteCount))".inHTML,
            "<code>\(entry.digest.description.inHTML)</code>", evidence(of: entry),
        ]
        return "<tr><th scope=\"row\"><a href=\"\(path)\">\(entry.contents.name.inHTML)</a></th>"
            + cells.map { "<td>\($0)</td>" }.joined() + "</tr>"
    }

    private func evidence(of entry: MirrorEntry) -> String {
        var words =
            switch entry.evidence {
            case .pinned: ["in the catalog of gotoolprov"]
            case .site: ["in a catalog of this site"]
            case .log: [String]()
            }
        if let log = entry.log {
            let path = (entry.path.description + MirrorEntry.proofSuffix).inHTML
            words.append("<a href=\"\(path)\">record \(log.record) of \(log.name.inHTML)</a>")
        }
        return words.joined(separator: ", ")
    }
}
