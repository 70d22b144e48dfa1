package import Provisioning
package import ToolchainCore
internal import TransparencyLog

/// The variables with which `go` downloads the version of a `toolchain` line from a mirror, and verifies it
/// (docs/facts/go-toolchains.md#the-variables-for-a-mirror).
package struct OfflineSwitching: Sendable {
    /// The variables, sorted by name.
    package let variables: [(key: String, value: String)]

    /// Computes the variables.
    ///
    /// - Parameters:
    ///   - mirror: The mirror.
    ///   - sumdb: The key of the log that proves its modules; nil for the log of the settings.
    ///   - settings: The settings of this host.
    ///   - current: Returns the values that Go variables have on this host; nil for those that are not set.
    /// - Throws: ``Failure`` of kind `usage` if the key is invalid, or if `go` cannot use the mirror.
    package init(
        mirror: Mirror,
        sumdb: String?,
        settings: Settings,
        current: (String) -> String?
    ) throws(Failure) {
        let url = try Self.url(of: mirror)
        var variables = [
            "GONOSUMDB": "*",
            "GOPROXY": Self.proxies(url, then: current("GOPROXY")),
            "GOSUMDB": try Self.database(sumdb, settings),
            "GOTOOLCHAIN": "auto",
        ]
        if let patterns = current("GONOPROXY") ?? current("GOPRIVATE"),
            patterns.split(byte: ",").contains(where: Self.coversToolchains)
        {
            variables["GONOPROXY"] = "none"
        }
        self.variables = variables.sorted { $0.key.precedesByBytes($1.key) }
            .map { (key: $0.key, value: $0.value) }
    }

    /// Returns the URL of a mirror in GOPROXY.
    private static func url(of mirror: Mirror) throws(Failure) -> String {
        func refused(_ reason: String) -> Failure {
            Failure(
                .usage,
                "`go` cannot use this mirror",
                facts: [.init("mirror", mirror.name), .init("because", reason)],
                hint: "use `--mirror` with a directory, or a URL without a query"
            )
        }
        switch mirror {
        case .directory(let directory):
            let path =
                directory.path.hasSuffix("/") ? String(directory.path.dropLast()) : directory.path
            return "file://\(encoded(path))"
        case .web(let web):
            guard let address = web.directory else { throw refused("its URL is a template") }
            guard !address.hasQuery else { throw refused("`go` does not send the query of a URL") }
            let url = address.withoutQuery
            return url.hasSuffix("/") ? String(url.dropLast()) : url
        }
    }

    /// Encodes a path for a URL in a list of URLs.
    private static func encoded(_ path: String) -> String {
        path.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                return String(decoding: [byte], as: UTF8.self)
            case _ where "/-._~".utf8.contains(byte): return String(decoding: [byte], as: UTF8.self)
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                return "%" + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }.joined()
    }

    /// Returns the list of proxies: the mirror, then those that the host uses.
    ///
    /// A list of one file:// URL would lift the requirement that a checksum database records a toolchain; `off` at its
    /// end keeps it. Proxies of the internet are left out.
    private static func proxies(_ mirror: String, then current: String?) -> String {
        var rest = current ?? ""
        for separator in [",", "|"] where rest.utf8.starts(with: "\(mirror)\(separator)".utf8) {
            rest = String(rest.dropFirst(mirror.count + 1))
        }
        let isUseless =
            rest.isEmpty || rest.hasSameBytes(as: mirror) || rest == "direct"
            || rest.contains(text: "proxy.golang.org")
        return "\(mirror),\(isUseless ? "off" : rest)"
    }

    private static func database(
        _ sumdb: String?,
        _ settings: Settings
    ) throws(Failure) -> String {
        var key = settings.log.key
        if let sumdb, sumdb != VerifierKey.goChecksumDatabase.name {
            do {
                key = try VerifierKey(parsing: sumdb)
            } catch {
                throw Failure(
                    .usage,
                    "invalid key of a checksum database",
                    facts: [.init("because", "\(error)")],
                    hint: "use the key that `gotoolprov mirror gomod` has printed: NAME+HASH+KEY"
                )
            }
        } else if sumdb != nil {
            key = .goChecksumDatabase
        }
        // Go knows this key itself.
        return key == .goChecksumDatabase ? key.name : "\(key)"
    }

    /// Whether a pattern of GONOPROXY or GOPRIVATE covers the module of toolchains, which no version control system
    /// has.
    private static func coversToolchains(_ pattern: String) -> Bool {
        let elements = pattern.split(byte: "/", omittingEmpty: false)
        let path = ToolchainModule.path.split(byte: "/")
        return elements.count <= path.count
            && zip(elements, path).allSatisfy { matches(Array($0.utf8)[...], Array($1.utf8)[...]) }
    }

    /// Whether a pattern with `*` and `?` matches a text.
    private static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == UInt8(ascii: "*") {
            return matches(pattern.dropFirst(), text)
                || !text.isEmpty && matches(pattern, text.dropFirst())
        }
        guard let next = text.first, first == UInt8(ascii: "?") || first == next else {
            return false
        }
        return matches(pattern.dropFirst(), text.dropFirst())
    }
}
