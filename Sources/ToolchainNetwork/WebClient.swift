internal import AsyncHTTPClient
internal import CLinux
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import ToolchainCore
internal import ToolchainHost

/// One server's answer, and the way to it.
struct WebResponse {
    let address: WebAddress
    let status: Int
    let headers: HTTPHeaders
    let body: HTTPClientResponse.Body
}

/// Requests over HTTP(S), with redirects that are looked at before they are followed.
///
/// One client of async-http-client for each way out: directly, or through a proxy. It never follows
/// redirects itself, nor decompresses: what is hashed has to be what was sent.
final class WebClient {
    private static let mostRedirects = 10

    private let policy: TransferPolicy
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private var clients: [ProxySettings.Proxy?: HTTPClient] = [:]

    init(policy: TransferPolicy) {
        clinux_resolve_without_modules()
        self.policy = policy
    }

    /// Ends all connections; nothing may be asked afterwards.
    func shutDown() async {
        for client in clients.values { try? await client.shutdown() }
        try? await group.shutdownGracefully()
    }

    /// Asks for a file.
    ///
    /// - Parameters:
    ///   - address: Where.
    ///   - headers: Further headers.
    ///   - deadline: When to give up.
    /// - Returns: The answer that is no redirect.
    /// - Throws: ``TransferError``.
    func get(
        _ address: WebAddress,
        headers: [(String, String)],
        deadline: NIODeadline
    ) async throws -> WebResponse {
        var address = address
        var seen: Set<WebAddress> = [address]
        while true {
            var request = HTTPClientRequest(url: address.description)
            request.headers.add(name: "User-Agent", value: policy.userAgent)
            request.headers.add(name: "Accept-Encoding", value: "identity")
            for (name, value) in headers { request.headers.add(name: name, value: value) }
            let response: HTTPClientResponse
            do {
                response = try await client(for: address).execute(request, deadline: deadline)
            } catch {
                throw translated(error, address)
            }
            let status = Int(response.status.code)
            guard [301, 302, 303, 307, 308].contains(status) else {
                return WebResponse(
                    address: address,
                    status: status,
                    headers: response.headers,
                    body: response.body
                )
            }
            guard let location = response.headers.first(name: "Location") else {
                throw TransferError.malformed("a redirect without `Location`")
            }
            do {
                address = try address.redirected(to: location)
            } catch {
                throw TransferError.redirectRefused(to: location, reason: error.reason)
            }
            guard seen.insert(address).inserted, seen.count <= Self.mostRedirects else {
                throw TransferError.redirectLoop
            }
        }
    }

    private func client(for address: WebAddress) throws -> HTTPClient {
        let proxy = policy.proxies.proxy(for: address)
        if let client = clients[proxy] { return client }
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.decompression = .disabled
        configuration.timeout = .init(
            connect: .seconds(Int64(policy.connectSeconds)),
            read: .seconds(Int64(policy.idleSeconds))
        )
        // Attempts are counted here.
        configuration.connectionPool.retryConnectionEstablishment = false
        var tls = TLSConfiguration.makeClientConfiguration()
        if let path = policy.authorityFile {
            tls.additionalTrustRoots = [.certificates(try authorities(path))]
        }
        configuration.tlsConfiguration = tls
        if let proxy {
            let authorization = proxy.credentials.map { pair in
                let parts = pair.split(byte: ":", omittingEmpty: false)
                return HTTPClient.Authorization.basic(
                    username: parts.first ?? "",
                    password: parts.dropFirst().joined(separator: ":")
                )
            }
            switch proxy.kind {
            case .http:
                configuration.proxy = .server(
                    host: proxy.host,
                    port: proxy.port,
                    authorization: authorization
                )
            case .socks: configuration.proxy = .socksServer(host: proxy.host, port: proxy.port)
            }
        }
        let client = HTTPClient(
            eventLoopGroupProvider: .shared(group),
            configuration: configuration
        )
        clients[proxy] = client
        return client
    }

    private func authorities(_ path: String) throws(TransferError) -> [NIOSSLCertificate] {
        let certificates: [NIOSSLCertificate]
        do {
            certificates = try NIOSSLCertificate.fromPEMFile(path)
        } catch {
            throw TransferError.authorities(path: path, reason: "\(error)")
        }
        guard !certificates.isEmpty else {
            throw TransferError.authorities(path: path, reason: "there is no certificate in it")
        }
        return certificates
    }

    /// What a library's error means.
    func translated(_ error: any Error, _ address: WebAddress) -> any Error {
        let proxy = policy.proxies.proxy(for: address)
        let host = proxy?.host ?? address.host
        let port = proxy?.port ?? address.effectivePort
        func unreachable(_ reason: String) -> TransferError {
            .unreachable(host: host, port: port, reason: reason)
        }
        switch error {
        case is TransferError, is CancellationError: return error
        case let error as NIOConnectionError:
            if let failed = error.connectionErrors.first {
                return unreachable(Self.words(failed.error))
            }
            return TransferError.unknownHost(error.host)
        case is SocketAddressError: return TransferError.unknownHost(host)
        case let error as IOError: return unreachable(Self.words(error))
        case let error as HTTPClientError:
            switch error {
            case .connectTimeout: return unreachable("no answer within \(policy.connectSeconds) s")
            case .readTimeout: return TransferError.silent(seconds: policy.idleSeconds)
            case .tlsHandshakeTimeout:
                return TransferError.tls(
                    host: address.host,
                    reason: "the handshake took too long"
                )
            case .deadlineExceeded:
                return TransferError.tookTooLong(seconds: policy.totalSeconds)
            case .cancelled: return CancellationError()
            case .proxyAuthenticationRequired:
                return TransferError.proxyRefused(
                    host: host,
                    port: port,
                    reason: "it wants a user and a password"
                )
            case .invalidProxyResponse, .httpProxyHandshakeTimeout, .socksHandshakeTimeout:
                return TransferError.proxyRefused(
                    host: host,
                    port: port,
                    reason: error.shortDescription
                )
            case .remoteConnectionClosed, .uncleanShutdown:
                return TransferError.cut(received: 0, expected: nil)
            default: return TransferError.malformed("\(error)")
            }
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            return TransferError.tls(host: address.host, reason: Self.tlsReason(error))
        case is ChannelError: return TransferError.cut(received: 0, expected: nil)
        case let error as HTTPParserError:
            return error == .invalidEOFState
                ? TransferError.cut(received: 0, expected: nil)
                : TransferError.malformed("\(error)")
        case is FileError, is Watch.Interrupted: return error
        default: return TransferError.malformed("\(error)")
        }
    }

    private static func words(_ error: any Error) -> String {
        guard let error = error as? IOError else {
            if case ChannelError.connectTimeout = error { return "no answer" }
            return "\(error)"
        }
        return unsafe String(cString: strerror(error.errnoCode))
    }

    /// BoringSSL's own names for what is wrong with a certificate, as far as they tell anything.
    private static func tlsReason(_ error: any Error) -> String {
        let text = "\(error)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return
                "its certificate is not signed by an authority that this host trusts, or is not valid now"
        }
        if text.contains("failedToValidateHostname") || text.contains("unableToValidate") {
            return "its certificate is for another name"
        }
        if text.contains("WRONG_VERSION_NUMBER") { return "it does not speak TLS" }
        return text
    }
}
