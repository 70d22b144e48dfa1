package import ToolchainCore

/// Why a file could not be fetched; the facts, not the words.
package enum TransferError: Error, Hashable, Sendable {
    /// The name of the server, or of the proxy on the way to it, cannot be resolved.
    case unknownHost(String, route: ProxySettings.Route)
    /// No connection to the server, or to the proxy on the way to it.
    case unreachable(host: String, port: Int, reason: String, route: ProxySettings.Route)
    /// The connection ended before the response did.
    case cut(received: Int, expected: Int?)
    /// Nothing came for so long, in seconds.
    case silent(seconds: Int)
    /// So little came in so long that it would never end.
    case tooSlow(bytesPerSecond: Int)
    /// The whole took longer than was allowed, in seconds.
    case tookTooLong(seconds: Int)
    /// The server's certificate cannot be trusted, or TLS failed otherwise.
    case tls(host: String, reason: String)
    /// The file of further authorities cannot be used.
    case authorities(path: String, variable: String, reason: String)
    /// The variable that names the proxy cannot be used.
    case proxySetting(ProxySettings.Rejection)
    /// The proxy does not connect to the server.
    case proxyRefused(ProxySettings.Proxy, reason: String)
    /// A status other than 200 and 206; with the seconds to wait, where the server said so.
    case status(Int, retryAfter: Int?)
    /// More redirects than there can be, or one in a circle.
    case redirectLoop
    /// A redirect that is not followed.
    case redirectRefused(from: WebAddress, to: String, reason: String)
    /// A response that is not an archive: a login page most often.
    case notArchive(contentType: String?, beginning: String)
    /// The server has a file of another size.
    case wrongSize(expected: Int, found: Int)
    /// More bytes came than the archive has.
    case tooLong(limit: Int)
    /// The whole file came, twice, and is not what is pinned.
    case corrupt(expected: SHA256Digest, computed: SHA256Digest)
    /// The file is not what is pinned, and the server says that it has encoded it.
    case encoded(String)
    /// The server does not speak HTTP as it should.
    case malformed(String)

    /// The reason in a few words, for the line about a retry.
    var inBrief: String {
        switch self {
        case .unknownHost(let host, _): "cannot resolve \(host)"
        case .unreachable(_, _, let reason, _): reason
        case .cut: "the connection was closed early"
        case .silent(let seconds): "no data for \(seconds) s"
        case .tooSlow(let rate): "only \(rate) bytes/s"
        case .status(let code, _): "status \(code)"
        case .malformed: "not a valid HTTP response"
        default: "the transfer failed"
        }
    }

    /// Whether the same request may succeed a moment later.
    var isTransient: Bool {
        switch self {
        case .unknownHost, .unreachable, .cut, .silent, .tooSlow, .malformed: true
        case .status(let code, _): code == 408 || code == 429 || (500...599).contains(code)
        case .tookTooLong, .tls, .authorities, .proxySetting, .proxyRefused, .redirectLoop,
            .redirectRefused, .notArchive, .wrongSize, .tooLong, .corrupt, .encoded:
            false
        }
    }

    /// Whether the bytes that have come may be the beginning of the right file.
    var leavesUsefulBytes: Bool {
        switch self {
        case .notArchive, .wrongSize, .tooLong, .corrupt, .encoded: false
        default: true
        }
    }
}

extension TransferError: CustomStringConvertible {
    /// What happened, in words.
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
        case .status(let code, _): "HTTP status \(code)"
        case .redirectLoop: "too many redirects"
        case .redirectRefused(_, let target, let reason): "redirect to \(target): \(reason)"
        case .notArchive: "the response is not an archive"
        case .wrongSize(let expected, let found): "expected \(expected) bytes, found \(found)"
        case .tooLong(let limit): "more than \(limit) bytes"
        case .corrupt(let expected, let computed): "expected sha256 \(expected), found \(computed)"
        case .encoded(let encoding): "unexpected Content-Encoding: \(encoding)"
        case .malformed(let reason): reason
        }
    }
}
