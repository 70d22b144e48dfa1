/// Which requests go through a proxy, as the environment says.
///
/// There is no standard; this is what curl and Go have in common: the names in both cases, the
/// lower-case one first, but `HTTP_PROXY` not where a web server runs this (httpoxy, CVE-2016-5385).
package struct ProxySettings: Hashable, Sendable {
    package struct Proxy: Hashable, Sendable {
        /// What it speaks.
        package enum Kind: Hashable, Sendable {
            /// HTTP with CONNECT.
            case http
            /// SOCKS 5, without authentication.
            case socks
        }

        /// What it speaks.
        package let kind: Kind
        /// Its name or address.
        package let host: String
        package let port: Int
        /// Whether the variable names no port, so that ``assumedPort`` is taken.
        package let isPortAssumed: Bool
        /// The variable that names it.
        package let variable: String
        /// `user:password`, percent-decoded; nil where there is none.
        package let credentials: String?

        /// The port of a proxy that is named without one: curl's.
        package static let assumedPort = 1080

        /// The proxy in words, without its credentials.
        package var summary: String {
            let name = host.contains(byte: ":") ? "[\(host)]" : host
            let port = isPortAssumed ? "\(port) (default; \(variable) has no port)" : "\(port)"
            return "\(name):\(port)"
        }
    }

    /// How a request gets to its server.
    package enum Route: Hashable, Sendable {
        /// Directly: no proxy is set for it.
        case direct
        /// Directly, although a proxy is set: NO_PROXY exempts the server, or it is this host.
        case exempt(Proxy)
        /// Through a proxy.
        case through(Proxy)

        /// The proxy that the request goes through.
        package var proxy: Proxy? {
            if case .through(let proxy) = self { proxy } else { nil }
        }
    }

    /// A variable that cannot be used.
    package struct Rejection: Error, Hashable, Sendable {
        /// The variable's name.
        package let variable: String
        /// What is wrong: a clause that follows "it".
        package let reason: String
    }

    private let http: Result<Proxy?, Rejection>
    private let https: Result<Proxy?, Rejection>
    private let exemptions: [ProxyExemption]

    /// Reads the variables.
    ///
    /// - Parameter variable: The value of an environment variable; nil where it is not set or empty.
    package init(_ variable: (String) -> String?) {
        func proxy(_ names: String...) -> Result<Proxy?, Rejection> {
            for name in names {
                if name == "HTTP_PROXY", variable("REQUEST_METHOD") != nil { continue }
                guard let text = variable(name) else { continue }
                return Result { () throws(Rejection) -> Proxy? in
                    try Proxy(parsing: text, from: name)
                }
            }
            return .success(nil)
        }
        http = proxy("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")
        https = proxy("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
        exemptions = ProxyExemption.all(in: variable("no_proxy") ?? variable("NO_PROXY") ?? "")
    }

    /// How a request to `address` gets there; loopback is never proxied, as in Go.
    ///
    /// - Throws: ``Rejection`` where the variable for it cannot be used.
    package func route(to address: WebAddress) throws(Rejection) -> Route {
        let isExempt =
            address.isLoopback || exemptions.contains { $0.covers(address) }
        do {
            guard let proxy = try (address.scheme == .http ? http : https).get() else {
                return .direct
            }
            return isExempt ? .exempt(proxy) : .through(proxy)
        } catch {
            // A variable that does not count for this server need not be valid.
            guard !isExempt else { return .direct }
            throw error
        }
    }
}

extension ProxySettings.Proxy {
    fileprivate init(
        parsing text: String,
        from variable: String
    ) throws(ProxySettings.Rejection) {
        func rejection(_ reason: String) -> ProxySettings.Rejection {
            ProxySettings.Rejection(variable: variable, reason: reason)
        }
        var rest = text[...]
        var kind = Kind.http
        if let mark = text.range(ofFirst: "://") {
            switch text[..<mark.lowerBound].lowercased() {
            case "http": break
            case "socks5", "socks5h", "socks": kind = .socks
            case "https":
                throw rejection("names an https:// proxy, which is not supported")
            default: throw rejection("names a proxy that is neither http:// nor socks5://")
            }
            rest = text[mark.upperBound...]
        }
        if let slash = rest.firstIndex(of: "/") { rest = rest[..<slash] }
        var credentials: String?
        if let at = rest.lastIndex(of: "@") {
            guard let decoded = String(rest[..<at]).percentDecoded else {
                throw rejection("contains a password with invalid percent-encoding")
            }
            guard kind == .http else {
                throw rejection(
                    "names a SOCKS proxy with a user name and password, which is not supported"
                )
            }
            credentials = decoded
            rest = rest[rest.index(after: at)...]
        }
        let address: WebAddress
        do {
            address = try WebAddress(parsing: "http://\(rest)")
        } catch {
            throw rejection(error.reason)
        }
        let isPortAssumed = rest.last == "]" || rest.lastIndex(of: ":") == nil
        self.init(
            kind: kind,
            host: address.host,
            port: isPortAssumed ? Self.assumedPort : address.effectivePort,
            isPortAssumed: isPortAssumed,
            variable: variable,
            credentials: credentials
        )
    }
}
