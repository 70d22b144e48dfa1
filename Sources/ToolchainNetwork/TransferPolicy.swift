package import ToolchainCore

/// The settings and limits for downloads.
package struct TransferPolicy: Sendable {
    package var proxies: ProxySettings
    /// A file with CA certificates in PEM format, and the option or variable that named it.
    package struct AuthorityFile: Hashable, Sendable {
        /// The absolute path.
        package let path: String
        /// `--ca-file`, `GOTOOLPROV_CA_FILE` or `SSL_CERT_FILE`.
        package let variable: String

        /// Creates a file that `variable` names.
        package init(path: String, variable: String) {
            self.path = path
            self.variable = variable
        }
    }

    /// A file with CA certificates that are trusted in addition to those of the host.
    package var authorityFile: AuthorityFile?
    /// Directories with CA certificates that are trusted in addition to those of the host.
    package var authorityDirectories: [String] = []
    /// Returns what identifies this user to the server of the URL that is requested first; nil for
    /// nothing.
    ///
    /// It is sent to no other server, whatever redirects say. An error ends the transfer.
    package var credentials: @Sendable (WebAddress) throws -> WebCredentials? = { _ in nil }
    /// The value of the `User-Agent` header.
    package var userAgent: String
    /// The time limit for a connection, in seconds.
    package var connectSeconds = 15
    /// The time after which a download without data is aborted, in seconds.
    ///
    /// It is also the period for which ``minimumRate`` is measured.
    package var idleSeconds = 30
    /// The time limit for a file including all retries, in seconds.
    package var totalSeconds = 3600
    /// The deadline for the file, if other addresses have used up part of the time limit.
    package var end: ContinuousClock.Instant?
    /// The maximum number of consecutive attempts without progress.
    package var maximumAttemptCount = 4
    /// The first delay between attempts, in milliseconds, which doubles with each retry.
    package var firstPauseMilliseconds = 500
    /// The minimum average transfer rate, in bytes per second.
    package var minimumRate = 1024

    /// Creates a policy with default limits.
    package init(proxies: ProxySettings, userAgent: String) {
        self.proxies = proxies
        self.userAgent = userAgent
    }
}
