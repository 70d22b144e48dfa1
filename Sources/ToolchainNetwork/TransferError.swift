package import ToolchainCore

/// Why a download failed.
package enum TransferError: Error, Hashable, Sendable {
    /// The host name of the server or the proxy cannot be resolved.
    case unknownHost(String, route: ProxySettings.Route)
    /// The server or the proxy does not accept a connection.
    case unreachable(host: String, port: Int, reason: String, route: ProxySettings.Route)
    /// The connection was closed before the response was complete; sizes are in bytes.
    case cut(received: Int, expected: Int?)
    /// No data was received for this time, in seconds.
    case silent(seconds: Int)
    /// The transfer rate was below the minimum.
    case tooSlow(bytesPerSecond: Int)
    /// The download exceeded its time limit, in seconds.
    case tookTooLong(seconds: Int)
    /// The certificate of the server is not trusted, or TLS failed for another reason.
    case tls(host: String, reason: String)
    /// The file with additional CA certificates cannot be used.
    case authorities(path: String, variable: String, reason: String)
    /// The environment variable that sets the proxy is invalid.
    case proxySetting(ProxySettings.Rejection)
    /// The proxy did not connect to the server.
    case proxyRefused(ProxySettings.Proxy, reason: String)
    /// The status is neither 200 nor 206; `retryAfter` is in seconds, and `denial` is for 401 and 403.
    case status(Int, retryAfter: Int?, denial: Denial? = nil)
    /// There were too many redirects, or the redirects form a loop.
    case redirectLoop
    /// A redirect was not followed.
    case redirectRefused(from: WebAddress, to: String, reason: String)
    /// The response is not a gzip archive, but most likely a login page.
    case notArchive(contentType: String?, beginning: String)
    /// The response is a page of HTML instead of another document.
    case page(contentType: String?, beginning: String)
    /// The file on the server has another size, in bytes.
    case wrongSize(expected: Int, found: Int)
    /// The response exceeds the expected or the maximum size, in bytes.
    case tooLong(limit: Int)
    /// The digest of a complete download differs from the pinned one, even after a retry.
    case corrupt(expected: SHA256Digest, computed: SHA256Digest)
    /// The file differs from the pinned one, and the server declared a content encoding.
    case encoded(String)
    /// The response violates HTTP.
    case malformed(String)

    /// A short reason, for the progress of a retry.
    var inBrief: String {
        switch self {
        case .unknownHost(let host, _): "cannot resolve \(host)"
        case .unreachable(_, _, let reason, _): reason
        case .cut: "the connection was closed early"
        case .silent(let seconds): "no data for \(seconds) s"
        case .tooSlow(let rate): "only \(rate) bytes/s"
        case .status(let code, _, _): "status \(code)"
        case .malformed: "not a valid HTTP response"
        default: "the transfer failed"
        }
    }

    /// Whether a retry of the request may succeed.
    var isTransient: Bool {
        switch self {
        case .unknownHost, .unreachable, .cut, .silent, .tooSlow, .malformed: true
        case .status(let code, _, _): code == 408 || code == 429 || (500...599).contains(code)
        case .tookTooLong, .tls, .authorities, .proxySetting, .proxyRefused, .redirectLoop,
            .redirectRefused, .notArchive, .page, .wrongSize, .tooLong, .corrupt, .encoded:
            false
        }
    }

    /// Whether the received bytes may be a part of the expected file.
    var keepsPartialFile: Bool {
        switch self {
        case .notArchive, .page, .wrongSize, .tooLong, .corrupt, .encoded: false
        default: true
        }
    }
}

extension TransferError: CustomStringConvertible {
    /// The reason, for messages.
    package var description: String {
        switch self {
        case .unknownHost(let host, _): "cannot resolve \(host)"
        case .unreachable(let host, let port, let reason, _): "\(host) port \(port): \(reason)"
        case .cut(let received, _): "the connection was closed after \(received) bytes"
        case .silent(let seconds): "no data for \(seconds) s"
        case .tooSlow(let rate): "only \(rate) bytes/s"
        case .tookTooLong(let seconds): "not complete after \(seconds) s"
        case .tls(let host, let reason): "\(host): \(reason)"
        case .authorities(let path, _, let reason): "\(path): \(reason)"
        case .proxySetting: "the proxy variable is invalid"
        case .proxyRefused(let proxy, let reason): "proxy \(proxy.host): \(reason)"
        case .status(let code, _, _): "HTTP status \(code)"
        case .redirectLoop: "too many redirects"
        case .redirectRefused(_, let target, let reason): "redirect to \(target): \(reason)"
        case .notArchive: "the response is not an archive"
        case .page: "the response is a web page"
        case .wrongSize(let expected, let found): "expected \(expected) bytes, found \(found)"
        case .tooLong(let limit): "more than \(limit) bytes"
        case .corrupt(let expected, let computed): "expected sha256 \(expected), found \(computed)"
        case .encoded(let encoding): "unexpected Content-Encoding: \(encoding)"
        case .malformed(let reason): reason
        }
    }
}
