internal import ToolchainCore
internal import ToolchainNetwork

extension Failure {
    /// A failed transfer, in words.
    ///
    /// - Parameters:
    ///   - error: What went wrong.
    ///   - pin: The archive.
    ///   - address: Where it was requested.
    ///   - officialAdvice: What to ask for where only the official site has been tried in vain.
    init(
        _ error: TransferError,
        pin: PinnedArchive,
        address: WebAddress,
        officialAdvice: String?
    ) {
        let place = Fact("from", address)
        switch error {
        case .unknownHost, .unreachable, .proxyRefused, .proxySetting, .tls, .authorities:
            self.init(connecting: error, to: address, place, officialAdvice)
        case .notArchive, .wrongSize, .tooLong, .corrupt, .encoded:
            self.init(receiving: error, pin: pin, place)
        case .cut(let received, let expected):
            self.init(
                .unavailable,
                "the connection ended before the archive did",
                facts: [
                    place, .init("received", "\(received) bytes"),
                    .init("expected", expected.map { "\($0) bytes" } ?? "more"),
                ],
                hint: "try again: what has come is kept"
            )
        case .silent(let seconds):
            self.init(
                .unavailable,
                "the server stopped sending data",
                facts: [place, .init("waited", "\(seconds) s")],
                hint: "try again, or wait longer: `--idle-timeout SECONDS`"
            )
        case .tooSlow(let rate):
            self.init(
                .unavailable,
                "the download is too slow",
                facts: [place, .init("rate", "\(rate) bytes/s")],
                hint: "try again: what has come is kept; or name another mirror"
            )
        case .tookTooLong(let seconds):
            self.init(
                .unavailable,
                "the download took too long",
                facts: [place, .init("limit", "\(seconds) s")],
                hint: "try again: what has come is kept; or allow more: `--timeout SECONDS`"
            )
        case .status(let code, _): self.init(status: code, pin: pin, place)
        case .redirectLoop:
            self.init(.unavailable, "the server redirects in a circle", facts: [place])
        case .redirectRefused(let origin, let target, let reason):
            let isDowngrade = origin.scheme == .https && target.hasPrefix("http:")
            self.init(
                .unavailable,
                isDowngrade
                    ? "the server redirects from https to http, which is not followed"
                    : "the server redirects to a place that is not followed",
                facts: [
                    .init("from", origin), .init("to", target), .init("because", "it \(reason)"),
                ],
                hint: isDowngrade
                    ? "ask the server's administrator to correct its base URL, or the"
                        + " X-Forwarded-Proto header of the proxy before it"
                    : nil
            )
        case .malformed(let reason):
            self.init(
                .unavailable,
                "the server's answer is not valid",
                facts: [place, .init("because", reason)]
            )
        }
    }

    /// No connection that can be used.
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
                "the proxy does not connect",
                facts: [place] + Self.facts(.through(proxy)) + [.init("because", reason)],
                hint: proxy.credentials == nil && proxy.kind == .http
                    ? "\(proxy.variable)=http://USER:PASSWORD@\(proxy.host):\(proxy.port), if it requires"
                        + " a password; NO_PROXY=\(address.host) connects directly"
                    : "check \(proxy.variable); NO_PROXY=\(address.host) connects directly"
            )
        case .proxySetting(let rejection):
            self.init(
                .configuration,
                "`\(rejection.variable)` cannot be used",
                facts: [.init("because", "it \(rejection.reason)")],
                hint: "for instance `\(rejection.variable)=http://proxy.example:3128`;"
                    + " NO_PROXY=\(address.host) connects directly"
            )
        case .tls(let host, let reason):
            self.init(
                .unavailable,
                "the connection to `\(host)` cannot be trusted",
                facts: [place, .init("because", reason)],
                hint:
                    "trust an authority of your own: `--ca-file FILE`, SSL_CERT_FILE or SSL_CERT_DIR"
            )
        case .authorities(let path, let variable, let reason):
            self.init(
                .configuration,
                "cannot read CA certificates from the file that \(variable) names",
                facts: [.init("file", path), .init("because", reason)],
                hint: "give a file with certificates in PEM format (-----BEGIN CERTIFICATE-----)"
                    + (variable.hasPrefix("-") ? "" : ", or unset \(variable)")
            )
        default: self.init(.defect, "not a failure to connect", facts: [place])
        }
    }

    private static func facts(_ route: ProxySettings.Route) -> [Fact] {
        guard let proxy = route.proxy else { return [] }
        return [.init("proxy", proxy.summary), .init("named by", proxy.variable)]
    }

    /// What may help where nothing answers; never what is set already.
    private static func hint(
        _ route: ProxySettings.Route,
        _ address: WebAddress,
        _ officialAdvice: String?
    ) -> String {
        switch route {
        case .through(let proxy):
            return "check \(proxy.variable); NO_PROXY=\(address.host) connects directly"
        case _ where address.isLoopback: return "check that the server runs, or name another mirror"
        case .exempt(let proxy):
            return "NO_PROXY exempts `\(address.host)` from the proxy that \(proxy.variable) names"
        case .direct:
            let variable = address.scheme == .https ? "HTTPS_PROXY" : "http_proxy"
            return officialAdvice
                ?? "behind a proxy, set \(variable); without a network, use `--offline` and a mirror"
                + " directory"
        }
    }

    /// An answer without a file.
    private init(status code: Int, pin: PinnedArchive, _ place: Fact) {
        let message: String
        var hint: String?
        switch code {
        case 401:
            message = "the server requires a password"
            hint =
                "passwords are not supported: use a mirror without one, or with a token in the query"
                + " (https://mirror.example/go?TOKEN); or download the archive and"
                + " `gotoolprov cache add FILE`"
        case 403:
            message = "the server refuses access"
            hint =
                "object stores such as S3 also answer 403 for a missing file: check the URL and that"
                + " \(pin.fileName) is in the mirror"
        case 404, 410: message = "the server does not have \(pin.fileName)"
        case 407:
            message = "a proxy requires a password"
            hint = "HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT"
        case 500...599: message = "the server failed"
        default: message = "the server refuses"
        }
        self.init(.unavailable, message, facts: [place, .init("status", code)], hint: hint)
    }

    /// A file that is not the one.
    private init(receiving error: TransferError, pin: PinnedArchive, _ place: Fact) {
        let hint = "this server has a damaged or altered file; use another"
        switch error {
        case .notArchive(let contentType, let beginning):
            self.init(
                .unavailable,
                "the server sent a page instead of an archive (captive portal or login page?)",
                facts: [
                    place, .init("content type", contentType ?? "none"),
                    .init("it begins", beginning),
                ],
                hint: "open the URL in a browser to log in, or set HTTPS_PROXY"
            )
        case .wrongSize(let expected, let found):
            self.init(
                .integrity,
                "the server has another file than the one that is pinned",
                facts: [
                    place, .init("expected", "\(expected) bytes"), .init("found", "\(found) bytes"),
                    .init("pinned by", pin.voucher),
                ],
                hint: hint
            )
        case .tooLong(let limit):
            self.init(
                .integrity,
                "the server sends more than the archive that is pinned",
                facts: [place, .init("expected", "\(limit) bytes at most")],
                hint: hint
            )
        case .corrupt(let expected, let computed):
            self.init(
                .integrity,
                "the server has another file than the one that is pinned; it was fetched twice",
                facts: [
                    place, .init("expected", expected), .init("computed", computed),
                    .init("pinned by", pin.voucher),
                ],
                hint: hint
            )
        case .encoded(let encoding):
            self.init(
                .integrity,
                "the server sent the archive with an encoding of its own",
                facts: [
                    place, .init("Content-Encoding", encoding.withVisibleControls),
                    .init("pinned by", pin.voucher),
                ],
                hint:
                    "ask the server's administrator not to compress *.tar.gz again, or use another"
                    + " mirror"
            )
        default: self.init(.defect, "not a file", facts: [place])
        }
    }
}
