/// How an installation is flushed to disk before it becomes visible.
///
/// An installation that was not flushed may contain empty files after a power failure.
package enum Durability: String, Sendable, CaseIterable {
    /// Calls syncfs(2) before the rename that makes the installation visible, and fsync(2) after it.
    case syncfs
    /// Leaves flushing to the kernel.
    case none
}

/// The contents of a `gotoolprov.json`: what a host should have, and where to get it.
package struct Manifest: Equatable, Sendable {
    /// A requested Go.
    package struct Request: Equatable, Sendable {
        /// The text in the manifest.
        package let text: String
        package let version: GoRequest

        /// Creates a request from its text and what the text means.
        package init(text: String, version: GoRequest) {
            self.text = text
            self.version = version
        }

        /// Creates a request for one version.
        package init(exactly version: GoVersion) {
            self.init(text: version.toolchainName, version: .exactly(version))
        }
    }

    /// The requested Go versions.
    package var versions: [Request] = []
    /// The requested tools, for each of the Go versions.
    package var tools: [ToolRequest] = []
    /// The Go that `which`, `env` and `exec` use if no version is given.
    package var defaultVersion: Request?
    /// The oldest Go that the host should have.
    package var minimum: GoVersion?
    /// The number of days for which a release has to be public before a request other than an exact one
    /// selects it.
    package var cooldownDays: Int?
    /// Directories and URLs with archives, in the order in which they are tried.
    package var mirrors: [MirrorEntry] = []
    /// The paths of catalogs whose digests are trusted.
    package var catalogs: [String] = []
    /// The path of the allowed signers of sites' catalogs.
    package var signers: String?
    /// The sites whose catalogs are accepted.
    package var sites: [SiteName]?
    /// The SDK directory.
    package var sdkRoot: String?
    /// The directory for launchers.
    package var goBin: String?

    package var durability: Durability?
    /// Whether archives that no mirror has are downloaded from the official server.
    package var usesOfficial: Bool?
    /// The log that proves toolchains which no catalog lists.
    package var log: Log?

    /// A directory or a URL with archives, as written.
    package struct MirrorEntry: Equatable, Sendable {
        package let text: String
        /// The path of the file with the headers that the server requires, or `nil`.
        package let headerFile: String?

        package init(_ text: String, headerFile: String? = nil) {
            self.text = text
            self.headerFile = headerFile
        }
    }

    /// A transparency log, as written.
    package enum Log: Equatable, Sendable {
        /// Go's checksum database, as if nothing were written.
        case official
        /// No log.
        case disabled
        /// The log with this key, where one is written, at this URL.
        case database(key: String?, url: String?)
    }

    /// The longest cooldown, in days.
    private static let longestCooldown = 3650

    /// Creates an empty manifest.
    package init() {}

    /// The requests of `ensure` without arguments: the versions and the default or, if there are neither,
    /// any version that is not older than the minimum.
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
    /// Parses a `gotoolprov.json`: JSON with comments and trailing commas.
    ///
    /// - Throws: ``JSONError`` at the position of the first error.
    package init(parsing document: [UInt8]) throws(JSONError) {
        try self.init(JSONReader.read(document, dialect: .withComments))
    }

    /// Reads a manifest that is a part of a document.
    init(_ node: JSONNode) throws(JSONError) {
        self.init()
        var reader = try node.object()
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
        for node in try reader.take("mirrors")?.elements() ?? [] {
            mirrors.append(try MirrorEntry(node))
        }
        // The key used by gotoolprov 0.1.0.
        let former = reader.take("catalogues")
        let present = reader.take("catalogs")
        if let former, present != nil {
            throw JSONError(
                "`catalogues` is the former name of `catalogs`: keep one",
                at: former.position
            )
        }
        catalogs = try Self.strings(present ?? former)
        signers = try Self.path(reader.take("signers"))
        sites = try reader.take("sites").map(Self.sites)
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
        log = try reader.take("log").map(Self.log)
        try reader.finish()
    }

    private static func sites(_ node: JSONNode) throws(JSONError) -> [SiteName] {
        var sites: [SiteName] = []
        for element in try node.elements() {
            guard let site = SiteName(try element.string()) else {
                throw JSONError("expected \(SiteName.form.expectation)", at: element.position)
            }
            sites.append(site)
        }
        return sites
    }

    private static func log(_ node: JSONNode) throws(JSONError) -> Log {
        if case .boolean(let isEnabled) = node.content { return isEnabled ? .official : .disabled }
        guard case .object = node.content else {
            throw JSONError(
                "expected `false` or an object, found \(node.kindName)",
                at: node.position
            )
        }
        var reader = try node.object()
        let key = try reader.take("key")?.string()
        let url = try reader.take("url")?.string()
        try reader.finish()
        return .database(key: key, url: url)
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
        if let node = reader.take("cooldown") {
            let days = try node.count()
            guard days <= Self.longestCooldown else {
                throw JSONError("expected \(Self.longestCooldown) days at most", at: node.position)
            }
            cooldownDays = days
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
        if let minimum, let newest = request.upperBound, newest < minimum {
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

    fileprivate static func path(_ node: JSONNode?) throws(JSONError) -> String? {
        guard let node else { return nil }
        let text = try node.string()
        guard !text.isEmpty, !text.utf8.contains(0) else {
            throw JSONError("expected a path", at: node.position)
        }
        return text
    }
}

extension Manifest.MirrorEntry {
    /// Parses a path or a URL, or an object with a URL and the file with the headers for it.
    fileprivate init(_ node: JSONNode) throws(JSONError) {
        guard case .object = node.content else {
            guard case .string = node.content else {
                throw JSONError(
                    "expected a string or an object, found \(node.kindName)",
                    at: node.position
                )
            }
            self.init(try Manifest.path(node) ?? "")
            return
        }
        var reader = try node.object()
        if let headers = reader.take("headers") {
            throw JSONError(
                "headers may be secret: write them to a file, and name it in `headerFile`",
                at: headers.position
            )
        }
        let url = reader.take("url")
        let file = try Manifest.path(reader.take("headerFile"))
        try reader.finish()
        guard let text = try Manifest.path(url) else {
            throw JSONError("expected `url`", at: node.position)
        }
        let isWeb = ["http://", "https://"].contains { text.lowercased().hasPrefix($0) }
        guard isWeb || file == nil else {
            throw JSONError(
                "only an http or https URL has a `headerFile`",
                at: url?.position ?? node.position
            )
        }
        self.init(text, headerFile: file)
    }
}

extension GoRequest {
    /// A version that is at least as new as every match of the request; nil if there is no bound.
    var upperBound: GoVersion? {
        switch self {
        case .exactly(let version): version
        // No line has this many patch releases.
        case .newest(let line): GoVersion("\(line).99999")
        case .newestPreRelease(let line, let kind): GoVersion("\(line)\(kind.rawValue)99999")
        case .latest, .oldStable, .atLeast: nil
        }
    }
}
