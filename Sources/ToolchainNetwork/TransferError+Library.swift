internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import ToolchainCore
internal import ToolchainHost

extension TransferError {
    /// The request that caused an error of a library.
    struct Situation {
        let address: WebAddress
        let route: ProxySettings.Route
        let policy: TransferPolicy
        /// Whether this host has no CA certificates.
        let isTrustStoreEmpty: Bool

        var host: String { route.proxy?.host ?? address.host }
        var port: Int { route.proxy?.port ?? address.effectivePort }
    }

    /// Translates an error of a library; returns gotoolprov's own errors unchanged.
    ///
    /// The libraries' own descriptions are names of Swift cases, so they are never shown.
    static func translated(_ error: any Error, _ situation: Situation) -> any Error {
        switch error {
        case is TransferError, is CancellationError, is FileError, is ProgressMonitor.Interrupted:
            return error
        case let error as NIOConnectionError:
            guard let failed = error.connectionErrors.first else {
                return unknownHost(error.host, route: situation.route)
            }
            return unreachable(because: failed.error, situation)
        case is SocketAddressError: return unknownHost(situation.host, route: situation.route)
        case let error as IOError where [ECONNRESET, EPIPE].contains(error.errnoCode):
            return cut(received: 0, expected: nil)
        case is IOError: return unreachable(because: error, situation)
        case let error as HTTPClientError: return translated(error, situation)
        case NIOSSLError.uncleanShutdown, is ChannelError: return cut(received: 0, expected: nil)
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            return tls(host: situation.address.host, reason: tlsReason(error, situation))
        case HTTPParserError.invalidEOFState: return cut(received: 0, expected: nil)
        case let error as HTTPParserError: return malformed(words(for: error))
        default:
            // NIOSOCKS has a separate type for each error, without a common protocol.
            if let proxy = situation.route.proxy, proxy.kind == .socks {
                return proxyRefused(
                    proxy,
                    reason:
                        "it does not connect, or requires a password or another version than SOCKS 5"
                )
            }
            return malformed("the connection failed; the HTTP library reported no reason")
        }
    }

    private static func translated(
        _ error: HTTPClientError,
        _ situation: Situation
    ) -> any Error {
        switch error {
        case .connectTimeout:
            return unreachable(
                host: situation.host,
                port: situation.port,
                reason: "no response within \(situation.policy.connectSeconds) s",
                route: situation.route
            )
        case .readTimeout: return silent(seconds: situation.policy.idleSeconds)
        case .tlsHandshakeTimeout:
            return tls(
                host: situation.address.host,
                reason: "the TLS handshake took longer than \(situation.policy.connectSeconds) s"
            )
        case .deadlineExceeded: return tookTooLong(seconds: situation.policy.totalSeconds)
        case .cancelled: return CancellationError()
        case .remoteConnectionClosed, .uncleanShutdown: return cut(received: 0, expected: nil)
        default: break
        }
        guard let proxy = situation.route.proxy else {
            return malformed(error.shortDescription.lowercased())
        }
        switch error {
        case .proxyAuthenticationRequired:
            return proxyRefused(
                proxy,
                reason: proxy.credentials == nil
                    ? "it requires a user name and password (status 407)"
                    : "it rejected the user name or password (status 407)"
            )
        case .invalidProxyResponse:
            return proxyRefused(
                proxy,
                reason: "it did not answer CONNECT with a 2xx status"
            )
        case .httpProxyHandshakeTimeout, .socksHandshakeTimeout:
            return proxyRefused(
                proxy,
                reason: "no response within \(situation.policy.connectSeconds) s"
            )
        default: return malformed(error.shortDescription.lowercased())
        }
    }

    private static func unreachable(
        because error: any Error,
        _ situation: Situation
    ) -> TransferError {
        var reason = "the connection failed"
        switch error {
        case let error as IOError: reason = unsafe String(cString: strerror(error.errnoCode))
        case ChannelError.connectTimeout: reason = "no response"
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            return tls(host: situation.address.host, reason: tlsReason(error, situation))
        default: break
        }
        return unreachable(
            host: situation.host,
            port: situation.port,
            reason: reason,
            route: situation.route
        )
    }

    /// Returns BoringSSL's reason, reworded for errors that users can fix.
    private static func tlsReason(_ error: any Error, _ situation: Situation) -> String {
        let text = "\(error)"
        // `error:1000007d:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED at file:line`
        let name = text.range(ofFirst: "OPENSSL_internal:").map { range in
            text[range.upperBound...].prefix { $0.isUppercase || $0 == "_" || $0.isNumber }
        }
        switch name {
        case "CERTIFICATE_VERIFY_FAILED" where situation.isTrustStoreEmpty:
            return "cannot verify its certificate: this host has no CA certificates"
                + " (install the package ca-certificates), and no other trusted authority signed it"
        case "CERTIFICATE_VERIFY_FAILED":
            return
                "cannot verify its certificate: it is expired, not yet valid, or not signed by an"
                + " authority that this host trusts"
        case "WRONG_VERSION_NUMBER": return "it does not use TLS"
        case let name? where !name.isEmpty:
            return "TLS failed: "
                + name.lowercased().split(separator: "_").joined(separator: " ")
        default: break
        }
        switch error {
        case NIOSSLError.unableToValidateCertificate:
            return "its certificate is for another host name"
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            return "its certificate is for another host name"
        case NIOSSLError.handshakeFailed: return "the TLS handshake failed"
        default: return "TLS failed; the library reported no reason"
        }
    }

    private static func words(for error: HTTPParserError) -> String {
        switch error {
        case .invalidVersion: "the version in its status line is not supported"
        case .invalidStatus: "its status line is invalid"
        case .headerOverflow: "its header is too long"
        case .invalidHeaderToken, .lfExpected: "its header is invalid"
        case .invalidContentLength, .unexpectedContentLength: "its Content-Length is invalid"
        case .invalidChunkSize: "a chunk of its body has an invalid size"
        case .invalidConstant: "it does not begin with HTTP/1.1"
        default: "it is not HTTP/1.1"
        }
    }
}
