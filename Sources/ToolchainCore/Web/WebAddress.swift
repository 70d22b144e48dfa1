/// An `http` or `https` URL without a user, a password or a fragment (RFC 3986).
///
/// It consists of printable ASCII; other characters must be percent-encoded. The description does not
/// include the query, which may be secret.
package struct WebAddress: Hashable, Sendable, CustomStringConvertible {
    package enum Scheme: String, Hashable, Sendable {
        case http
        case https
    }

    /// The error thrown for an invalid URL.
    package struct Rejection: Error, Hashable, Sendable {
        /// The predicate of a sentence about the URL.
        package let reason: String

        /// Creates a rejection.
        package init(reason: String) { self.reason = reason }
    }

    package let scheme: Scheme
    /// The host name in lower case, or the address; an IPv6 address has no brackets.
    package let host: String
    /// The port, unless it is the default port of the scheme.
    package let port: Int?
    /// The path, which starts with a slash, and the query, if any.
    package let target: String

    /// Parses a URL.
    ///
    /// - Throws: ``Rejection`` if it is invalid or has a user, a password or a fragment.
    package init(parsing text: String) throws(Rejection) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Rejection(reason: "contains characters that must be percent-encoded")
        }
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else {
            throw Rejection(reason: "is not a URL")
        }
        guard let scheme = Scheme(rawValue: text[..<colon].lowercased()) else {
            throw Rejection(reason: "is neither http nor https")
        }
        let rest = text[text.index(colon, offsetBy: 3)...]
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let authority = rest[..<end]
        let target = rest[end...]
        guard !authority.contains("@") else {
            throw Rejection(reason: "contains a user name or password, which would end up in logs")
        }
        guard !target.contains("#") else { throw Rejection(reason: "contains a fragment") }
        self.scheme = scheme
        (host, port) = try Self.hostAndPort(authority, scheme: scheme)
        self.target = target.hasPrefix("/") ? String(target) : "/\(target)"
    }

    private init(scheme: Scheme, host: String, port: Int?, target: String) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.target = target
    }

    private static func hostAndPort(
        _ authority: Substring,
        scheme: Scheme
    ) throws(Rejection) -> (String, Int?) {
        var host = authority
        var port: Int?
        let afterBracket = authority.lastIndex(of: "]") ?? authority.startIndex
        if let colon = authority[afterBracket...].lastIndex(of: ":") {
            let digits = authority[authority.index(after: colon)...]
            guard let number = UInt16(digits), number > 0, digits.first != "+" else {
                throw Rejection(reason: "has an invalid port")
            }
            port = Int(number)
            host = authority[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard !host.contains("%") else {
                throw Rejection(
                    reason: "has an IPv6 address with a zone (`%`), which is not supported"
                )
            }
            guard host.contains(":"), NetworkAddress(host) != nil else {
                throw Rejection(reason: "has an invalid IPv6 address")
            }
        } else {
            guard !host.isEmpty,
                host.utf8.allSatisfy({ byte in
                    byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
                        || byte == UInt8(ascii: "_")
                        || byte.isDigit
                        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                })
            else { throw Rejection(reason: "has no valid host") }
        }
        if port == (scheme == .http ? 80 : 443) { port = nil }
        return (host.lowercased(), port)
    }

    /// The port, or the default port of the scheme.
    package var effectivePort: Int { port ?? (scheme == .http ? 80 : 443) }

    /// Whether the server is this host: `localhost`, 127.0.0.0/8 or `::1`, but not `127.example.com`.
    package var isLoopback: Bool {
        if let address = NetworkAddress(host) { return address.isLoopback }
        return host == "localhost" || host == "localhost."
    }

    /// The complete URL, including the query.
    package var requestURL: String { origin + target }

    package var hasQuery: Bool { target.contains(byte: "?") }

    /// The URL for messages, with the query replaced by `?***`.
    package var description: String { hasQuery ? "\(withoutQuery)?***" : withoutQuery }

    /// The URL for records, without the query.
    package var withoutQuery: String { origin + Self.path(of: target) }

    /// Returns the URL with `path` appended to its path; the query is kept.
    ///
    /// - Parameter path: Names and slashes that need no percent-encoding.
    /// - Returns: The URL.
    package func appending(_ path: String) -> WebAddress {
        let base = Self.path(of: target)
        return WebAddress(
            scheme: scheme,
            host: host,
            port: port,
            target: (base.hasSuffix("/") ? base : "\(base)/") + path + target.dropFirst(base.count)
        )
    }

    /// Resolves the `Location` header of a redirect from this URL.
    ///
    /// - Throws: ``Rejection`` if the location is invalid or has another scheme, or if it redirects from
    ///   `https` to `http`.
    package func redirected(to location: String) throws(Rejection) -> WebAddress {
        let reference = location.split(byte: "#", omittingEmpty: false).first ?? ""
        guard !reference.isEmpty else { throw Rejection(reason: "is empty") }
        let next: WebAddress
        if reference.hasPrefix("//") {
            next = try WebAddress(parsing: "\(scheme.rawValue):\(reference)")
        } else if reference.hasPrefix("/") {
            next = try WebAddress(parsing: "\(origin)\(reference)")
        } else if Self.hasScheme(reference) {
            next = try WebAddress(parsing: reference)
        } else {
            let directory = Self.path(of: target).split(byte: "/", omittingEmpty: false).dropLast()
            next = try WebAddress(
                parsing: origin
                    + Self.withoutDots("\(directory.joined(separator: "/"))/\(reference)")
            )
        }
        guard next.scheme == .https || scheme == .http else {
            throw Rejection(reason: "redirects from https to http")
        }
        return next
    }

    private static func path(of target: String) -> String {
        target.split(byte: "?", omittingEmpty: false).first ?? "/"
    }

    /// Removes dot segments (RFC 3986, section 5.2.4).
    private static func withoutDots(_ target: String) -> String {
        let path = path(of: target)
        var parts: [String] = []
        let all = path.split(byte: "/", omittingEmpty: false).dropFirst()
        for (index, part) in all.enumerated() {
            switch part {
            case ".", "..":
                if part == "..", !parts.isEmpty { parts.removeLast() }
                if index == all.count - 1 { parts.append("") }
            default: parts.append(part)
            }
        }
        return "/" + parts.joined(separator: "/") + target.dropFirst(path.count)
    }

    /// The scheme, the host and the port, unless it is the default one: two URLs with the same origin are on one
    /// server.
    package var origin: String {
        let name = host.contains(byte: ":") ? "[\(host)]" : host
        return "\(scheme.rawValue)://\(name)\(port.map { ":\($0)" } ?? "")"
    }

    private static func hasScheme(_ reference: String) -> Bool {
        guard let colon = reference.utf8.firstIndex(of: UInt8(ascii: ":")) else { return false }
        return reference.utf8[..<colon].allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
        }
    }
}
