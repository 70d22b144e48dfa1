internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
package import ToolchainCore
package import ToolchainHost

/// Fetches small documents of one server into memory, one after the other over the same connection.
///
/// Redirects, proxies, certificates, retries and limits of time are those of ``ArchiveDownload``. Nothing
/// is resumed: a document that is cut off is requested again.
package struct DocumentDownload: Sendable {
    /// What a document consists of.
    package enum Form: Hashable, Sendable {
        /// Text that does not begin with `<`, as a page of HTML does.
        case text
        /// Bytes, of which any may be the first.
        case bytes
    }

    private let addresses: [WebAddress]
    private let form: Form
    private let limit: Int
    private let policy: TransferPolicy
    private let monitor: ProgressMonitor

    /// A download of documents.
    ///
    /// - Parameters:
    ///   - addresses: Where they may be.
    ///   - form: What all of them consist of.
    ///   - limit: The largest size of one document, in bytes.
    ///   - policy: How they are fetched.
    ///   - monitor: Receives progress and delays, and can interrupt the download.
    package init(
        from addresses: [WebAddress],
        as form: Form,
        limit: Int,
        policy: TransferPolicy,
        monitor: ProgressMonitor
    ) {
        self.addresses = addresses
        self.form = form
        self.limit = limit
        self.policy = policy
        self.monitor = monitor
    }

    /// Fetches the documents, waiting for them.
    ///
    /// - Returns: The documents in the order of their addresses; nil for one that the server does not
    ///   have: 404 and 410.
    /// - Throws: ``TransferError``, ``ProgressMonitor/Interrupted`` or ``ThreadRefusal``; the other documents
    ///   are not fetched then.
    package func run() throws -> [[UInt8]?] {
        guard !addresses.isEmpty else { return [] }
        let attempts = try TransferAttempts(policy: policy, monitor: monitor)
        let results = Guarded<[[UInt8]?]>([])
        try attempts.run { client in
            var byteCount = 0
            for address in addresses {
                let document = try await document(at: address, client, attempts, after: byteCount)
                byteCount += document?.count ?? 0
                results.withLock { $0.append(document) }
            }
        }
        return results.withLock { $0 }
    }

    private func document(
        at address: WebAddress,
        _ client: WebClient,
        _ attempts: TransferAttempts,
        after byteCount: Int
    ) async throws -> [UInt8]? {
        var failureCount = 0
        while true {
            do {
                return try await attempt(address, client, after: byteCount)
            } catch let error as TransferError where error.isTransient {
                failureCount += 1
                try await attempts.pause(after: error, failureCount)
            }
        }
    }

    /// Sends one request and receives its body, where others have brought so many bytes.
    private func attempt(
        _ address: WebAddress,
        _ client: WebClient,
        after byteCount: Int
    ) async throws -> [UInt8]? {
        monitor.delay(.connecting(host: address.host))
        let response = try await client.get(address, headers: [])
        if response.status == 404 || response.status == 410 { return nil }
        guard response.status == 200 else { throw response.refusal }
        if let encoding = response.encoding { throw TransferError.encoded(encoding) }
        var bytes: [UInt8] = []
        var watch = RateWatch(policy)
        do {
            for try await buffer in response.body {
                bytes += buffer.readableBytesView.prefix(limit + 1 - bytes.count)
                try refusePage(bytes, response.headers.first(name: "Content-Type"))
                guard bytes.count <= limit else { throw TransferError.tooLong(limit: limit) }
                try monitor.advance(.downloading, to: byteCount + bytes.count, of: 0)
                try watch.add(buffer.readableBytes)
            }
        } catch {
            guard case TransferError.cut = client.translated(error, response.address) else {
                throw client.translated(error, response.address)
            }
            let length = response.headers.first(name: "Content-Length").flatMap { Int($0) }
            throw TransferError.cut(received: bytes.count, expected: length)
        }
        return bytes
    }

    /// Refuses a page of HTML, which may come with any content type where text is expected.
    private func refusePage(_ bytes: [UInt8], _ contentType: String?) throws(TransferError) {
        let isMarkup = bytes.first { ![9, 10, 13, 32].contains($0) } == UInt8(ascii: "<")
        let isPage = contentType?.lowercased().hasPrefix("text/html") == true
        guard isMarkup, isPage || form == .text else { return }
        throw .page(
            contentType: contentType?.withVisibleControls,
            beginning: String(decoding: bytes.prefix(60), as: UTF8.self).withVisibleControls
        )
    }
}
