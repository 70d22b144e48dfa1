/// The proxy settings from the environment.
///
/// There is no standard; this follows the common behavior of curl and Go. Variables may be in lower or
/// upper case, and lower case takes precedence. `HTTP_PROXY` is ignored in a CGI process, where a client
/// could set it (httpoxy, CVE-2016-5385).
package struct ProxySettings: Hashable, Sendable {
    package struct Proxy: Hashable, Sendable {
        /// The protocol of a proxy.
        package enum Kind: Hashable, Sendable {
            /// HTTP with the CONNECT method.
            case http
            /// SOCKS 5 without authentication.
            case socks
        }

        /// The protocol.
        package let kind: Kind
        /// The host name or address.
        package let host: String
        package let port: Int
        /// Whether the variable has no port, so ``defaultPort`` is used.
        package let isPortDefaulted: Bool
        /// The environment variable that sets the proxy.
        package let variable: String
        /// The percent-decoded `user:password`; nil if there is none.
        package let credentials: String?

        /// The port of a proxy that is set without one, the same as in curl.
        package static let defaultPort = 1080

        /// The host and port, without credentials, for messages.
        package var summary: String {
            let name = host.contains(byte: ":") ? "[\(host)]" : host
            let port = isPortDefaulted ? "\(port) (default; \(variable) has no port)" : "\(port)"
            return "\(name):\(port)"
        }
    }

    /// The route of a request to its server.
    package enum Route: Hashable, Sendable {
        /// A direct connection, because no proxy is set.
        case direct
        /// A direct connection although a proxy is set: the server is listed in NO_PROXY, or is this host.
        case exempt(Proxy)

        case through(Proxy)

        /// The proxy of the request; nil for a direct connection.
        package var proxy: Proxy? {
            if case .through(let proxy) = self { proxy } else { nil }
        }
    }

    /// An invalid environment variable.
    package struct Rejection: Error, Hashable, Sendable {
        /// The name of the variable.
        package let variable: String
        /// The predicate of a sentence about the variable.
        package let reason: String
    }

    private let http: Result<Proxy?, Rejection>
    private let https: Result<Proxy?, Rejection>
    private let exemptions: [ProxyExemption]

    /// Creates the settings from environment variables.
    ///
    /// - Parameter variable: Returns the value of a variable; nil if it is unset or empty.
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

    /// Returns the route of a request to `address`; as in Go, loopback addresses bypass the proxy.
    ///
    /// - Throws: ``Rejection`` if the variable that applies to the request is invalid.
    package func route(to address: WebAddress) throws(Rejection) -> Route {
        let isExempt =
            address.isLoopback || exemptions.contains { $0.matches(address) }
        do {
            guard let proxy = try (address.scheme == .http ? http : https).get() else {
                return .direct
            }
            return isExempt ? .exempt(proxy) : .through(proxy)
        } catch {
            // An invalid variable is not an error for a server that bypasses the proxy.
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
        let isPortDefaulted = rest.last == "]" || rest.lastIndex(of: ":") == nil
        self.init(
            kind: kind,
            host: address.host,
            port: isPortDefaulted ? Self.defaultPort : address.effectivePort,
            isPortDefaulted: isPortDefaulted,
            variable: variable,
            credentials: credentials
        )
    }
}
