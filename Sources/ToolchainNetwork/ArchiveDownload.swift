internal import NIOCore
internal import NIOHTTP1
package import ToolchainCore
package import ToolchainHost

/// Downloads an archive, with retries.
///
/// A partial download is resumed if the server confirms that the file has not changed (RFC 9110, `If-Range`
/// with a strong validator). The part that another address sent is kept until this one sends the whole file.
package struct ArchiveDownload: Sendable {
    /// What is known of an archive before it is downloaded.
    package struct Expectation: Hashable, Sendable {
        /// The digest, or `nil` if anything else has to prove the contents of the archive.
        package let digest: SHA256Digest?
        /// The size in bytes, or `nil` if unknown.
        package let byteCount: Int?
        /// The maximum size in bytes.
        package let mostBytes: Int

        /// The archive with a pinned digest.
        package static func pinned(_ pin: PinnedArchive) -> Expectation {
            Expectation(
                digest: pin.digest,
                byteCount: pin.byteCount,
                mostBytes: ArchiveFile.maximumByteCount
            )
        }

        /// An archive of which nothing is known.
        package static let unpinned = Expectation(
            digest: nil,
            byteCount: nil,
            mostBytes: ArchiveFile.maximumUnpinnedByteCount
        )
    }

    private let expected: Expectation
    private let address: WebAddress
    private let policy: TransferPolicy
    private let monitor: ProgressMonitor

    /// Creates a download.
    ///
    /// - Parameters:
    ///   - expected: What is known of the archive.
    ///   - address: The URL.
    ///   - policy: The limits, the proxies and the trusted certificates.
    ///   - monitor: Receives the number of bytes downloaded, and cancels the download.
    package init(
        _ expected: Expectation,
        from address: WebAddress,
        policy: TransferPolicy,
        monitor: ProgressMonitor
    ) {
        self.expected = expected
        self.address = address
        self.policy = policy
        self.monitor = monitor
    }

    /// Downloads the archive and waits until it is complete.
    ///
    /// - Parameters:
    ///   - path: The file for the archive or a part of it; the caller holds its lock.
    ///   - validatorPath: The file that identifies the version of the archive on the server.
    /// - Returns: The digest of the archive.
    /// - Throws: ``TransferError``, ``FileError`` or ``ProgressMonitor/Interrupted``. A partial file is kept
    ///   if the download can be resumed, and truncated if it cannot.
    package func run(to path: String, validatorAt validatorPath: String) throws -> SHA256Digest {
        let attempts = try TransferAttempts(policy: policy, monitor: monitor)
        let computed = Guarded<SHA256Digest?>(nil)
        try attempts.run { client in
            let digest = try await fetch(client, path, validatorPath, attempts)
            computed.withLock { $0 = digest }
        }
        guard let digest = computed.withLock({ $0 }) else {
            throw TransferError.cut(received: 0, expected: nil)
        }
        return digest
    }

    private func fetch(
        _ client: WebClient,
        _ path: String,
        _ validatorPath: String,
        _ attempts: TransferAttempts
    ) async throws -> SHA256Digest {
        let file = try GrowingFile(path: path, monitor: monitor)
        var validator = try Validator.read(from: validatorPath)
        // The part from another URL is kept until this one sends the whole file.
        if validator?.url != address.withoutQuery { validator = nil }
        var isFirstWhole = true
        var failureCount = 0
        while true {
            let before = file.byteCount
            do {
                let encoding = try await attempt(client, file, &validator, validatorPath)
                let computed = try file.finish()
                guard let digest = expected.digest, digest != computed else { return computed }
                // The data was corrupted in transit, or the first part is of another version.
                try discard(file, &validator, validatorPath)
                if let encoding { throw TransferError.encoded(encoding) }
                guard isFirstWhole else {
                    throw TransferError.corrupt(expected: digest, computed: computed)
                }
                isFirstWhole = false
            } catch let error as TransferError {
                guard error.isTransient else {
                    if !error.keepsPartialFile { try discard(file, &validator, validatorPath) }
                    throw error
                }
                // An attempt below the minimum rate does not count as progress, so retries end.
                let isProgress = file.byteCount - before >= policy.minimumRate * policy.idleSeconds
                failureCount = isProgress ? 1 : failureCount + 1
                try await attempts.pause(after: error, failureCount)
            }
        }
    }

    private func discard(
        _ file: GrowingFile,
        _ validator: inout Validator?,
        _ validatorPath: String
    ) throws {
        try file.restart()
        validator = nil
        try FileSystem.remove(validatorPath)
    }

    // MARK: One request

    /// Sends one request and receives its body.
    ///
    /// - Returns: The content encoding that the server declared, if any.
    private func attempt(
        _ client: WebClient,
        _ file: GrowingFile,
        _ validator: inout Validator?,
        _ validatorPath: String
    ) async throws -> String? {
        var headers: [(String, String)] = []
        if file.byteCount > 0, let validator {
            if file.byteCount == expected.byteCount { return nil }
            headers = [("Range", "bytes=\(file.byteCount)-"), ("If-Range", validator.value)]
        }
        monitor.delay(.connecting(host: address.host))
        let response = try await client.get(address, headers: headers)
        let total = try accept(response, file, &validator, validatorPath)
        let contentType = response.headers.first(name: "Content-Type")
        let encoding = response.encoding
        do {
            if let size = expected.byteCount, let total, total != size {
                // The first bytes distinguish a login page from another archive.
                if let buffer = try await response.body.first(where: { $0.readableBytes > 1 }) {
                    try checkMagic(Array(buffer.readableBytesView.prefix(60)), contentType)
                }
                throw TransferError.wrongSize(expected: size, found: total)
            }
            try await take(
                response.body,
                into: file,
                limit: expected.byteCount ?? min(total ?? .max, expected.mostBytes),
                total: expected.byteCount ?? total,
                contentType
            )
        } catch {
            switch client.translated(error, response.address) {
            case TransferError.cut:
                throw TransferError.cut(
                    received: file.byteCount,
                    expected: total ?? expected.byteCount
                )
            case TransferError.wrongSize, TransferError.tooLong:
                throw encoding.map { TransferError.encoded($0) } ?? error
            case let translated: throw translated
            }
        }
        if let size = expected.byteCount ?? total, file.byteCount < size {
            throw encoding.map { TransferError.encoded($0) }
                ?? TransferError.cut(received: file.byteCount, expected: size)
        }
        return encoding
    }

    /// Checks the head of a response and prepares the file for its body.
    ///
    /// - Returns: The size of the complete archive, if the server reports it.
    private func accept(
        _ response: WebResponse,
        _ file: GrowingFile,
        _ validator: inout Validator?,
        _ validatorPath: String
    ) throws -> Int? {
        let length = response.headers.first(name: "Content-Length").flatMap { Int($0) }
        switch response.status {
        case 200:
            if file.byteCount > 0 { try file.restart() }
            if let length, length > expected.mostBytes {
                throw TransferError.tooLong(limit: expected.mostBytes)
            }
            validator = Validator(url: address.withoutQuery, headers: response.headers)
            if let validator {
                try validator.write(to: validatorPath)
            } else {
                try FileSystem.remove(validatorPath)
            }
            return length
        case 206:
            guard validator != nil || file.byteCount == 0,
                let range = ContentRange(response.headers.first(name: "Content-Range")),
                range.start == file.byteCount,
                range.total == nil || expected.byteCount == nil
                    || range.total == expected.byteCount
            else {
                try discard(file, &validator, validatorPath)
                throw TransferError.malformed("the server sent another range than was requested")
            }
            return range.total
        case 416:
            try discard(file, &validator, validatorPath)
            throw TransferError.malformed(
                "the file on the server is shorter than the part already downloaded"
            )
        default: throw response.refusal
        }
    }

    private func take(
        _ body: some AsyncSequence<ByteBuffer, any Error>,
        into file: GrowingFile,
        limit: Int,
        total: Int?,
        _ contentType: String?
    ) async throws {
        var watch = RateWatch(policy)
        for try await buffer in body {
            guard file.byteCount + buffer.readableBytes <= limit else {
                throw TransferError.tooLong(limit: limit)
            }
            try unsafe buffer.withUnsafeReadableBytes { try unsafe file.append($0) }
            if file.byteCount < 1 << 17 { try checkMagic(file.prefix(60), contentType) }
            try monitor.advance(.downloading, to: file.byteCount, of: total ?? 0)
            try watch.add(buffer.readableBytes)
        }
    }

    /// Throws unless the data starts with the magic number of gzip.
    ///
    /// The content type is unreliable: a login page may have any, and an archive may have that of a page.
    private func checkMagic(
        _ beginning: [UInt8],
        _ contentType: String?
    ) throws(TransferError) {
        guard beginning.count > 1, !beginning.starts(with: [0x1F, 0x8B]) else { return }
        let text = String(decoding: beginning, as: UTF8.self).withVisibleControls
        throw .notArchive(contentType: contentType?.withVisibleControls, beginning: text)
    }
}

/// The identity of a version of a file on a server.
struct Validator: Hashable, Sendable {
    /// The URL without its query, which may contain a secret token that changes.
    let url: String
    /// A strong entity tag, or the date of the last modification.
    let value: String

    /// Creates a validator from the headers of a response; nil if there is no strong one.
    init?(url: String, headers: HTTPHeaders) {
        let tag = headers.first(name: "ETag").flatMap { $0.hasPrefix("W/") ? nil : $0 }
        guard let value = tag ?? headers.first(name: "Last-Modified"), value.utf8.count < 1024,
            value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F })
        else { return nil }
        self.url = url
        self.value = value
    }

    private init(url: String, value: String) {
        self.url = url
        self.value = value
    }

    /// Reads a validator written by ``write(to:)``; nil if the file is missing or incomplete.
    static func read(from path: String) throws -> Validator? {
        guard let bytes = try FileSystem.contents(of: path, limit: 8192) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(byte: "\n", omittingEmpty: false)
        guard lines.count == 3 else { return nil }
        return Validator(url: lines[0], value: lines[1])
    }

    func write(to path: String) throws {
        let text = "\(url)\n\(value)\n"
        try FileSystem.replaceFile(at: path, with: Array(text.utf8), mode: 0o600, durably: false)
    }
}

/// The value of a `Content-Range` header: `bytes 200-999/1000`.
struct ContentRange: Hashable {
    let start: Int
    let total: Int?

    init?(_ text: String?) {
        guard let text, text.hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst(6).split(separator: "/")
        guard parts.count == 2, let dash = parts[0].firstIndex(of: "-"),
            let start = Int(parts[0][..<dash]), start >= 0
        else { return nil }
        self.start = start
        total = Int(parts[1])
    }
}
