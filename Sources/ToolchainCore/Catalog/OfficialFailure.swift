/// A failure to fetch the official list of releases that took long.
///
/// It is kept in the cache, so that the runs after it do not wait for a network that drops packets, too.
package struct OfficialFailure: Equatable, Sendable {
    /// The version of the format.
    private static let schemaVersion = 1
    /// The largest file that is read.
    package static let mostBytes = 16 << 10
    /// The number of characters of a reason that are kept.
    private static let mostCharacters = 1000
    /// The number of seconds for which the official site is not asked again.
    private static let pauseSeconds = 600
    /// The number of seconds after which a failure is kept: another one costs no time.
    private static let longSeconds = 3

    package let failedAt: UTCTime
    /// The proxy, without credentials, or `nil` for a direct connection.
    package let proxy: String?
    package let reason: String

    /// Creates a failure.
    ///
    /// - Parameters:
    ///   - failedAt: The time of the failure.
    ///   - proxy: The proxy, without credentials, or `nil`.
    ///   - reason: The message of the failure.
    package init(failedAt: UTCTime, proxy: String?, reason: String) {
        self.failedAt = failedAt
        self.proxy = proxy
        self.reason = String(
            String.UnicodeScalarView(
                reason.withVisibleControls.unicodeScalars.prefix(Self.mostCharacters)
            )
        )
    }

    /// Parses a file with a ``document``.
    ///
    /// - Throws: ``DocumentError`` with the path of the first error.
    package init(parsing document: [UInt8]) throws(DocumentError) {
        guard document.count <= Self.mostBytes else {
            throw DocumentError("larger than \(Self.mostBytes) bytes")
        }
        let reader = try ObjectReader(parsing: document)
        guard try reader.count("schemaVersion") == Self.schemaVersion else {
            throw reader.error("expected \(Self.schemaVersion)", at: "schemaVersion")
        }
        self.init(
            failedAt: try reader.requiredTime("failedAt"),
            proxy: try reader.string("proxy"),
            reason: try reader.requiredString("reason")
        )
    }

    /// The file for this failure.
    package var document: [UInt8] {
        let document: JSONValue = [
            "schemaVersion": .integer(Self.schemaVersion),
            "failedAt": .string("\(failedAt)"), "proxy": JSONValue(proxy),
            "reason": .string(reason),
        ]
        return Array(document.rendered.utf8)
    }

    /// The time from which the official site is asked again.
    package var askedAgainAt: UTCTime { UTCTime(seconds: failedAt.seconds + Self.pauseSeconds) }

    /// Returns whether a failure took so long that it is worth keeping.
    package static func isLong(_ duration: Duration) -> Bool { duration >= .seconds(longSeconds) }

    /// Returns whether the official site is not asked because of this failure.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - proxy: The proxy through which it would be asked, without credentials, or `nil`.
    /// - Returns: Whether it is not; false for another proxy, and for a failure in the future, because a
    ///   clock was wrong then.
    package func applies(at now: UTCTime, through proxy: String?) -> Bool {
        self.proxy == proxy && failedAt <= now && now < askedAgainAt
    }
}
