/// Whether finished trees are put on disk before they appear.
///
/// After a power cut, a tree that appeared without may hold empty files.
package enum Durability: String, Sendable, CaseIterable {
    /// One syncfs(2) before each tree appears, one fsync(2) after.
    case syncfs
    /// The kernel writes when it likes.
    case none
}

/// What a host should have, and where from: a `gotoolprov.json`.
package struct Manifest: Equatable, Sendable {
    /// A requested Go.
    package struct Request: Equatable, Sendable {
        /// What the file says.
        package let text: String
        /// What it means.
        package let version: GoRequest

        /// A request as it was written and as it is understood.
        package init(text: String, version: GoRequest) {
            self.text = text
            self.version = version
        }

        /// The request for one version.
        package init(exactly version: GoVersion) {
            self.init(text: version.toolchainName, version: .exactly(version))
        }
    }

    /// The Go versions to have.
    package var versions: [Request] = []
    /// The tools to have for these versions.
    package var tools: [ToolRequest] = []
    /// The one that `which`, `env` and `exec` take where none is named.
    package var defaultVersion: Request?
    /// The oldest Go to be on the host.
    package var minimum: GoVersion?
    /// Directories and web servers with archives, in the order in which they are tried; as written.
    package var mirrors: [String] = []
    /// Catalog files whose digests are trusted; as written.
    package var catalogs: [String] = []
    /// Where SDKs are kept; as written.
    package var sdkRoot: String?
    /// Where launchers are put; as written.
    package var goBin: String?

    /// Whether finished trees are put on disk before they appear.
    package var durability: Durability?
    /// Whether archives that no mirror has are downloaded from the official site.
    package var usesOfficial: Bool?

    /// A manifest without requests.
    package init() {}

    /// What `ensure` without arguments makes present: the versions, the default, and something at
    /// or above the minimum where nothing else is asked for.
    package var requests: [Request] {
        var requests = versions
        if let defaultVersion, !requests.contains(where: { $0.version == defaultVersion.version }) {
            requests.append(defaultVersion)
        }
        if requests.isEmpty, let minimum {
            requests.append(Request(text: "go>=\(minimum)", version: .atLeast(minimum)))
        }
        return requests
    }
}

extension Manifest {
    /// Reads a `gotoolprov.json`: JSON with comments and trailing commas.
    ///
    /// - Throws: ``JSONError`` with the place of the first thing wrong.
    package init(parsing document: [UInt8]) throws(JSONError) {
        self.init()
        var reader = try JSONReader.read(document, dialect: .withComments).object()
        _ = try reader.take("$schema")?.string()
        if let node = reader.take("go") { try readGo(node) }
        for node in try reader.take("tools")?.elements() ?? [] {
            let text = try node.string()
            do {
                tools.append(try ToolRequest(parsing: text))
            } catch {
                throw JSONError("`\(text)` \(error.reason)", at: node.position)
            }
        }
        mirrors = try Self.strings(reader.take("mirrors"))
        // The name of 0.1.0.
        let former = reader.take("catalogues")
        let present = reader.take("catalogs")
        if let former, present != nil {
            throw JSONError(
                "`catalogues` is the former name of `catalogs`: keep one",
                at: former.position
            )
        }
        catalogs = try Self.strings(present ?? former)
        sdkRoot = try Self.path(reader.take("sdkRoot"))
        goBin = try Self.path(reader.take("gobin"))
        if let node = reader.take("durability") {
            let text = try node.string()
            guard let found = Durability(rawValue: text) else {
                throw JSONError("expected `syncfs` or `none`", at: node.position)
            }
            durability = found
        }
        usesOfficial = try reader.take("official")?.boolean()
        try reader.finish()
    }

    private mutating func readGo(_ node: JSONNode) throws(JSONError) {
        var reader = try node.object()
        if let node = reader.take("minimum") {
            let text = try node.string()
            guard let version = GoVersion(text), version.suffix.isEmpty else {
                throw JSONError("`\(text)` is not a Go version", at: node.position)
            }
            minimum = version
        }
        if let node = reader.take("versions") {
            for element in try node.elements() {
                let request = try self.request(element)
                guard !versions.contains(where: { $0.version == request.version }) else {
                    throw JSONError("`\(request.text)` occurs twice", at: element.position)
                }
                versions.append(request)
            }
        }
        defaultVersion = try reader.take("default").map(request)
        try reader.finish()
    }

    private func request(_ node: JSONNode) throws(JSONError) -> Request {
        let text = try node.string()
        let request: GoRequest
        do {
            request = try GoRequest(parsing: text)
        } catch {
            throw JSONError(
                "`\(text)` \(error.reason)\(error.suggestion.map { "; \($0)" } ?? "")",
                at: node.position
            )
        }
        if let minimum, let newest = request.newestImaginable, newest < minimum {
            throw JSONError(
                "`\(text)` is older than the minimum, \(minimum)",
                at: node.position
            )
        }
        return Request(text: text, version: request)
    }

    private static func strings(_ node: JSONNode?) throws(JSONError) -> [String] {
        guard let node else { return [] }
        var strings: [String] = []
        for element in try node.elements() {
            if let path = try path(element) { strings.append(path) }
        }
        return strings
    }

    private static func path(_ node: JSONNode?) throws(JSONError) -> String? {
        guard let node else { return nil }
        let text = try node.string()
        guard !text.isEmpty, !text.utf8.contains(0) else {
            throw JSONError("expected a path", at: node.position)
        }
        return text
    }
}

extension GoRequest {
    /// A version that no answer to this request is newer than, where there is one to be told.
    var newestImaginable: GoVersion? {
        switch self {
        case .exactly(let version): version
        // No line gets this many patch releases.
        case .newest(let line): GoVersion("\(line).99999")
        case .newestPreRelease(let line, let kind): GoVersion("\(line)\(kind.rawValue)99999")
        case .latest, .oldStable, .atLeast: nil
        }
    }
}
