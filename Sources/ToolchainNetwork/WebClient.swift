internal import AsyncHTTPClient
internal import CLinux
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import ToolchainCore

/// The response of a server, and the URL after redirects.
struct WebResponse {
    let address: WebAddress
    let status: Int
    let headers: HTTPHeaders
    let body: HTTPClientResponse.Body
    /// What is known of credentials, or `nil` unless the server denied access.
    let denial: Denial?
}

/// An HTTP client that checks redirects before it follows them.
///
/// It uses a separate async-http-client for each route: direct, or through a proxy. These neither follow
/// redirects nor decompress, because the bytes must be hashed as they were sent.
final class WebClient {
    private static let maximumRedirectCount = 10

    /// A key for clients with the same configuration.
    private struct Route: Hashable {
        let proxy: ProxySettings.Proxy?
        let isSecure: Bool
    }

    private let policy: TransferPolicy
    private let deadline: NIODeadline
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private var clients: [Route: HTTPClient] = [:]
    private var isTrustStoreEmpty = false

    init(policy: TransferPolicy, deadline: NIODeadline) {
        clinux_resolve_without_modules()
        self.policy = policy
        self.deadline = deadline
    }

    /// Closes all connections; the client cannot be used afterward.
    func shutDown() async {
        for client in clients.values { try? await client.shutdown() }
        try? await group.shutdownGracefully()
    }

    /// Sends a GET request and follows redirects.
    ///
    /// The credentials of the policy are sent until a redirect leads to another origin, and not again after that:
    /// neither to another host or port, nor without TLS.
    ///
    /// - Parameters:
    ///   - address: The URL.
    ///   - headers: Additional headers.
    /// - Returns: The response that is not a redirect.
    /// - Throws: ``TransferError`` if the request fails; an error of the policy's credentials.
    func get(_ address: WebAddress, headers: [(String, String)]) async throws -> WebResponse {
        let first = address
        var address = address
        var seen: Set<WebAddress> = [address]
        let credentials = try policy.credentials(first).flatMap {
            $0.origin == first.origin ? $0 : nil
        }
        var isAuthenticated = credentials.map { !$0.headers.isEmpty } ?? false
        while true {
            var request = HTTPClientRequest(url: address.requestURL)
            request.headers.add(name: "User-Agent", value: policy.userAgent)
            request.headers.add(name: "Accept-Encoding", value: "identity")
            for (name, value) in headers { request.headers.add(name: name, value: value) }
            if isAuthenticated {
                for header in credentials?.headers ?? [] {
                    request.headers.add(name: header.name, value: header.value.disclosed)
                }
            }
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
                    body: response.body,
                    denial: status == 401 || status == 403
                        ? Denial(
                            credentials,
                            from: first,
                            at: address,
                            isAuthenticated: isAuthenticated
                        ) : nil
                )
            }
            guard let location = response.headers.first(name: "Location") else {
                throw TransferError.malformed("the redirect has no `Location` header")
            }
            do {
                address = try address.redirected(to: location)
            } catch {
                throw TransferError.redirectRefused(
                    from: address,
                    to: WebAddress.masked(url: location),
                    reason: error.reason
                )
            }
            if address.origin != first.origin { isAuthenticated = false }
            guard seen.insert(address).inserted, seen.count <= Self.maximumRedirectCount else {
                throw TransferError.redirectLoop
            }
        }
    }

    /// Translates an error of a library for a request to `address`.
    func translated(_ error: any Error, _ address: WebAddress) -> any Error {
        TransferError.translated(
            error,
            TransferError.Situation(
                address: address,
                route: (try? policy.proxies.route(to: address)) ?? .direct,
                policy: policy,
                isTrustStoreEmpty: isTrustStoreEmpty
            )
        )
    }

    // MARK: Clients

    private func client(for address: WebAddress) throws(TransferError) -> HTTPClient {
        let proxy: ProxySettings.Proxy?
        do {
            proxy = try policy.proxies.route(to: address).proxy
        } catch {
            throw .proxySetting(error)
        }
        let route = Route(proxy: proxy, isSecure: address.scheme == .https)
        if let client = clients[route] { return client }
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.decompression = .disabled
        configuration.timeout = .init(
            connect: .seconds(Int64(policy.connectSeconds)),
            read: .seconds(Int64(policy.idleSeconds))
        )
        // ArchiveDownload counts the attempts.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.http1_1ConnectionDebugInitializer = { [policy, deadline] channel in
            ResponseGuard.add(to: channel, policy: policy, deadline: deadline)
        }
        if route.isSecure {
            let store = try TrustStore(
                file: policy.authorityFile,
                directories: policy.authorityDirectories
            )
            isTrustStoreEmpty = store.isHostEmpty
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .certificates(store.certificates)
            configuration.tlsConfiguration = tls
        }
        configuration.proxy = proxy.map(Self.proxy)
        let client = HTTPClient(
            eventLoopGroupProvider: .shared(group),
            configuration: configuration
        )
        clients[route] = client
        return client
    }

    private static func proxy(_ proxy: ProxySettings.Proxy) -> HTTPClient.Configuration.Proxy {
        switch proxy.kind {
        case .socks: return .socksServer(host: proxy.host, port: proxy.port)
        case .http:
            let authorization = proxy.credentials.map { pair in
                let parts = pair.split(byte: ":", omittingEmpty: false)
                return HTTPClient.Authorization.basic(
                    username: parts.first ?? "",
                    password: parts.dropFirst().joined(separator: ":")
                )
            }
            return .server(host: proxy.host, port: proxy.port, authorization: authorization)
        }
    }
}
