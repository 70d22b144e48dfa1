internal import ToolchainCore
internal import ToolchainNetwork

extension Failure {
    /// A failed download.
    ///
    /// - Parameters:
    ///   - error: The transfer error.
    ///   - pin: The archive.
    ///   - address: The URL that was requested.
    ///   - officialAdvice: A hint for networks that block the official site, or `nil`.
    init(
        _ error: TransferError,
        pin: PinnedArchive,
        address: WebAddress,
        officialAdvice: String?
    ) {
        let place = Fact("from", address)
        switch error {
        case .notArchive, .page, .wrongSize, .tooLong, .corrupt, .encoded:
            self.init(receiving: error, pin: pin, place)
        default:
            self.init(
                error,
                fileName: pin.fileName,
                address: address,
                officialAdvice: officialAdvice
            )
        }
    }

    /// A failed download of a small document.
    ///
    /// - Parameters:
    ///   - error: The transfer error.
    ///   - name: The name of the document in messages.
    ///   - address: The URL that was requested.
    init(_ error: TransferError, document name: String, address: WebAddress) {
        let place = Fact("from", address)
        switch error {
        case .notArchive(let contentType, let beginning), .page(let contentType, let beginning):
            self.init(
                .unavailable,
                "the server sent a page instead of \(name) (captive portal or login page?)",
                facts: [
                    place, .init("content type", contentType ?? "none"),
                    .init("begins with", beginning),
                ],
                hint: "open the URL in a browser to log in, or set HTTPS_PROXY"
            )
        case .tooLong(let limit):
            self.init(
                .unavailable,
                "the response is larger than \(name) can be",
                facts: [place, .init("expected", "\(limit) bytes at most")]
            )
        case .encoded(let encoding):
            self.init(
                .unavailable,
                "the server sent \(name) with a Content-Encoding",
                facts: [place, .init("Content-Encoding", encoding.withVisibleControls)]
            )
        default: self.init(error, fileName: name, address: address, officialAdvice: nil)
        }
    }

    /// A transfer that failed before the contents of the file matter.
    private init(
        _ error: TransferError,
        fileName: String,
        address: WebAddress,
        officialAdvice: String?
    ) {
        let place = Fact("from", address)
        switch error {
        case .unknownHost, .unreachable, .proxyRefused, .proxySetting, .tls, .authorities:
            self.init(connecting: error, to: address, place, officialAdvice)
        case .notArchive, .page, .wrongSize, .tooLong, .corrupt, .encoded:
            self.init(.defect, "not a failure to transfer", facts: [place])
        case .cut(let received, let expected):
            self.init(
                .unavailable,
                "the connection closed before the download finished",
                facts: [
                    place, .init("received", "\(received) bytes"),
                    .init("expected", expected.map { "\($0) bytes" } ?? "more"),
                ],
                hint: "run the same command again to resume the download"
            )
        case .silent(let seconds):
            self.init(
                .unavailable,
                "the download stalled: no data for \(seconds) s",
                facts: [place],
                hint: "try again, or wait longer: `--idle-timeout SECONDS`"
            )
        case .tooSlow(let rate):
            self.init(
                .unavailable,
                "the download is too slow",
                facts: [place, .init("rate", "\(rate) bytes/s")],
                hint: "run the same command again to resume the download, or use another mirror"
            )
        case .tookTooLong(let seconds):
            self.init(
                .unavailable,
                "the download took too long",
                facts: [place, .init("limit", "\(seconds) s")],
                hint: "run the same command again to resume the download, or raise the limit:"
                    + " `--timeout SECONDS`"
            )
        case .status(let code, _, let denial):
            self.init(status: code, denial, fileName: fileName, address)
        case .redirectLoop:
            self.init(.unavailable, "the server redirects in a loop", facts: [place])
        case .redirectRefused(let origin, let target, let reason):
            let isDowngrade = origin.scheme == .https && target.hasPrefix("http:")
            self.init(
                .unavailable,
                isDowngrade
                    ? "the server redirects from https to http, which is not allowed"
                    : "the server redirects to a URL that is not allowed",
                facts: [
                    .init("from", origin), .init("to", target), .init("because", "it \(reason)"),
                ],
                hint: isDowngrade
                    ? "ask the server's administrator to fix its base URL, or the X-Forwarded-Proto"
                        + " header of its reverse proxy"
                    : nil
            )
        case .malformed(let reason):
            self.init(
                .unavailable,
                "the server sent an invalid response",
                facts: [place, .init("because", reason)]
            )
        }
    }

    /// A failure to connect to the server or its proxy.
    private init(
        connecting error: TransferError,
        to address: WebAddress,
        _ place: Fact,
        _ officialAdvice: String?
    ) {
        switch error {
        case .unknownHost(let host, let route):
            self.init(
                .unavailable,
                route.proxy == nil
                    ? "cannot resolve `\(host)`" : "cannot resolve the proxy `\(host)`",
                facts: [place] + Self.facts(route),
                hint: Self.hint(route, address, officialAdvice)
            )
        case .unreachable(let host, let port, let reason, let route):
            self.init(
                .unavailable,
                route.proxy == nil
                    ? "cannot connect to `\(host)`" : "cannot connect to the proxy `\(host)`",
                facts: [place, .init("port", port)] + Self.facts(route)
                    + [.init("because", reason)],
                hint: Self.hint(route, address, officialAdvice)
            )
        case .proxyRefused(let proxy, let reason):
            self.init(
                .unavailable,
                "the proxy refused the connection",
                facts: [place] + Self.facts(.through(proxy)) + [.init("because", reason)],
                hint: proxy.credentials == nil && proxy.kind == .http
                    ? "if the proxy requires a password, set"
                        + " \(proxy.variable)=http://USER:PASSWORD@\(proxy.host):\(proxy.port);"
                        + " to connect directly, set NO_PROXY=\(address.host)"
                    : "check \(proxy.variable), or set NO_PROXY=\(address.host) to connect directly"
            )
        case .proxySetting(let rejection):
            self.init(
                .configuration,
                "`\(rejection.variable)` is not a valid proxy setting",
                facts: [.init("because", "it \(rejection.reason)")],
                hint: "set it to a URL such as `\(rejection.variable)=http://proxy.example:3128`,"
                    + " or set NO_PROXY=\(address.host) to connect directly"
            )
        case .tls(let host, let reason):
            self.init(
                .unavailable,
                "the TLS connection to `\(host)` failed",
                facts: [place, .init("because", reason)],
                hint:
                    "to trust a private CA, use `--ca-file FILE`, SSL_CERT_FILE or SSL_CERT_DIR"
            )
        case .authorities(let path, let variable, let reason):
            self.init(
                .configuration,
                "cannot read the CA certificates of \(variable)",
                facts: [.init("file", path), .init("because", reason)],
                hint: "use a file of certificates in PEM format (-----BEGIN CERTIFICATE-----)"
                    + (variable.hasPrefix("-") ? "" : ", or unset \(variable)")
            )
        default: self.init(.defect, "not a connection failure", facts: [place])
        }
    }

    private static func facts(_ route: ProxySettings.Route) -> [Fact] {
        guard let proxy = route.proxy else { return [] }
        return [.init("proxy", proxy.summary), .init("set by", proxy.variable)]
    }

    /// Returns a hint for a server that cannot be reached; it never suggests a setting that is already
    /// in effect.
    private static func hint(
        _ route: ProxySettings.Route,
        _ address: WebAddress,
        _ officialAdvice: String?
    ) -> String {
        switch route {
        case .through(let proxy):
            return "check \(proxy.variable), or set NO_PROXY=\(address.host) to connect directly"
        case _ where address.isLoopback:
            return "check that the server is running, or use another mirror"
        case .exempt(let proxy):
            return
                "NO_PROXY excludes `\(address.host)`: to use the proxy in \(proxy.variable), correct it"
        case .direct:
            let variable = address.scheme == .https ? "HTTPS_PROXY" : "http_proxy"
            return officialAdvice
                ?? "behind a proxy, set \(variable); without a network, use `--offline` and a mirror"
                + " directory"
        }
    }

    /// A response whose body is not the pinned archive.
    private init(receiving error: TransferError, pin: PinnedArchive, _ place: Fact) {
        let hint = "the file on this server is damaged or altered: use another mirror"
        switch error {
        case .notArchive(let contentType, let beginning), .page(let contentType, let beginning):
            self.init(
                .unavailable,
                "the server sent a page instead of an archive (captive portal or login page?)",
                facts: [
                    place, .init("content type", contentType ?? "none"),
                    .init("begins with", beginning),
                ],
                hint: "open the URL in a browser to log in, or set HTTPS_PROXY"
            )
        case .wrongSize(let expected, let found):
            self.init(
                .integrity,
                "the file on the server does not match the pinned size",
                facts: [
                    place, .init("expected", "\(expected) bytes"), .init("found", "\(found) bytes"),
                    .init("pinned by", pin.voucher),
                ],
                hint: hint
            )
        case .tooLong(let limit):
            self.init(
                .integrity,
                "the file on the server is larger than the pinned archive",
                facts: [place, .init("expected", "\(limit) bytes at most")],
                hint: hint
            )
        case .corrupt(let expected, let computed):
            self.init(
                .integrity,
                "the file on the server does not match the pinned digest; it was downloaded twice",
                facts: [
                    place, .init("expected", expected), .init("computed", computed),
                    .init("pinned by", pin.voucher),
                ],
                hint: hint
            )
        case .encoded(let encoding):
            self.init(
                .integrity,
                "the server sent the archive with a Content-Encoding",
                facts: [
                    place, .init("Content-Encoding", encoding.withVisibleControls),
                    .init("pinned by", pin.voucher),
                ],
                hint:
                    "ask the server's administrator not to compress *.tar.gz again, or use another"
                    + " mirror"
            )
        default: self.init(.defect, "not a transfer failure", facts: [place])
        }
    }
}
