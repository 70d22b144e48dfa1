/// Which requests go through a proxy, as the environment says.
///
/// There is no standard; this is what curl and Go have in common: the names in both cases, the
/// lower-case one first, but `HTTP_PROXY` not where a web server runs this (httpoxy, CVE-2016-5385).
public struct ProxySettings: Hashable, Sendable {
    /// A proxy.
    public struct Proxy: Hashable, Sendable {
        /// What it speaks.
        public enum Kind: Hashable, Sendable {
            /// HTTP with CONNECT.
            case http
            /// SOCKS 5, without authentication.
            case socks
        }

        /// What it speaks.
        public let kind: Kind
        /// Its name or address.
        public let host: String
        /// Its port.
        public let port: Int
        /// `user:password`, percent-decoded; nil where there is none.
        public let credentials: String?
    }

    /// A variable that cannot be understood.
    public struct Rejection: Error, Hashable, Sendable {
        /// The variable's name.
        public let variable: String
        /// What is wrong: a clause that follows "it".
        public let reason: String
    }

    private let http: Proxy?
    private let https: Proxy?
    private let exceptions: [String]

    /// Reads the variables.
    ///
    /// - Parameter variable: The value of an environment variable; nil where it is not set or empty.
    /// - Throws: ``Rejection``.
    public init(_ variable: (String) -> String?) throws(Rejection) {
        func proxy(_ names: String...) throws(Rejection) -> Proxy? {
            for name in names {
                if name == "HTTP_PROXY", variable("REQUEST_METHOD") != nil { continue }
                if let text = variable(name) { return try Self.proxy(text, variable: name) }
            }
            return nil
        }
        http = try proxy("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")
        https = try proxy("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
        exceptions = (variable("no_proxy") ?? variable("NO_PROXY") ?? "").lowercased()
            .utf8.split { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: " ") }
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// The proxy for a request to `address`; nil where it is made directly.
    public func proxy(for address: WebAddress) -> Proxy? {
        let proxy = address.scheme == .http ? http : https
        guard let proxy, !isException(address) else { return nil }
        return proxy
    }

    /// A name matches itself and what is below it; loopback is never proxied, as in Go.
    private func isException(_ address: WebAddress) -> Bool {
        let host = address.host
        if host == "localhost" || host.hasPrefix("127.") || host == "::1" { return true }
        return exceptions.contains { exception in
            if exception == "*" { return true }
            var name = exception
            if let colon = name.lastIndex(of: ":"),
                let port = Int(name[name.index(after: colon)...]),
                !name[..<colon].contains(":")
            {
                guard port == address.effectivePort else { return false }
                name = String(name[..<colon])
            }
            if name.hasPrefix("*.") { name.removeFirst() }
            if name.hasPrefix(".") { return host.hasSuffix(name) || host == name.dropFirst() }
            return host == name || host.hasSuffix(".\(name)")
        }
    }

    private static func proxy(_ text: String, variable: String) throws(Rejection) -> Proxy {
        func rejection(_ reason: String) -> Rejection {
            Rejection(variable: variable, reason: reason)
        }
        var rest = text[...]
        var kind = Proxy.Kind.http
        if let mark = text.firstIndex(of: ":"), text[mark...].hasPrefix("://") {
            switch text[..<mark].lowercased() {
            case "http": break
            case "socks5", "socks5h", "socks": kind = .socks
            default: throw rejection("names a proxy that is neither http nor socks5")
            }
            rest = text[text.index(mark, offsetBy: 3)...]
        }
        if let slash = rest.firstIndex(of: "/") { rest = rest[..<slash] }
        var credentials: String?
        if let at = rest.lastIndex(of: "@") {
            guard let decoded = String(rest[..<at]).percentDecoded else {
                throw rejection("has a password that is not percent-encoded right")
            }
            credentials = decoded
            rest = rest[rest.index(after: at)...]
        }
        do {
            // A proxy's own default is curl's: 1080.
            let address = try WebAddress(parsing: "http://\(rest)")
            let hasPort = rest.last != "]" && rest.lastIndex(of: ":") != nil
            return Proxy(
                kind: kind,
                host: address.host,
                port: hasPort ? address.effectivePort : 1080,
                credentials: credentials
            )
        } catch {
            throw rejection(error.reason)
        }
    }
}
