package import ToolchainCore
internal import ToolchainHost
internal import ToolchainNetwork

/// The official database of vulnerabilities.
extension Supply {
    /// The URL of the official database.
    package static let officialVulnerabilities = "https://vuln.go.dev/vulndb.zip"

    /// Downloads a database of vulnerabilities.
    ///
    /// Proxies, certificates and limits of time are those of other downloads.
    ///
    /// - Parameters:
    ///   - text: The URL.
    ///   - limit: The largest size, in bytes.
    /// - Returns: The contents.
    /// - Throws: ``Failure`` of kind `usage` if the URL is invalid, of kind `unavailable` if the network is
    ///   disabled or the server does not have the database.
    package func vulnerabilityDatabase(
        at text: String,
        limit: Int
    ) throws(Failure) -> [UInt8] {
        let name = "vulnerability database"
        let address: WebAddress
        do {
            address = try WebAddress(parsing: text)
        } catch {
            throw Failure(
                .usage,
                "the URL of the \(name) \(error.reason)",
                facts: [.init("url", text)]
            )
        }
        guard !session.settings.isOffline else {
            throw Failure(
                .unavailable,
                "cannot download the \(name): the network is disabled",
                facts: [.init("from", address)],
                hint: "name a local copy: `--vulnerabilities FILE`"
            )
        }
        do {
            var isComplete = false
            defer { session.onEvent(.ended(name, isComplete: isComplete)) }
            let documents = try DocumentDownload(
                from: [address],
                as: .bytes,
                limit: limit,
                policy: transferPolicy(),
                monitor: session.monitor(name)
            ).run()
            guard let document = documents.first.flatMap(\.self) else {
                throw Failure(
                    .unavailable,
                    "the server does not have the \(name)",
                    facts: [.init("from", address)],
                    hint: "the official one is \(Self.officialVulnerabilities)"
                )
            }
            isComplete = true
            return document
        } catch let error as TransferError {
            throw Failure(error, document: "the \(name)", address: address)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw session.failure(for: error, doing: "download the \(name)")
        }
    }
}
