package import ToolchainCore

/// How files are fetched.
package struct TransferPolicy: Sendable {
    /// Which requests go through a proxy.
    package var proxies: ProxySettings
    /// A file of certificates in PEM format, and the option or variable that named it.
    package struct AuthorityFile: Hashable, Sendable {
        /// The file's absolute path.
        package let path: String
        /// `--ca-file`, `GOTOOLPROV_CA_FILE` or `SSL_CERT_FILE`.
        package let variable: String

        /// A file that was named by an option or a variable.
        package init(path: String, variable: String) {
            self.path = path
            self.variable = variable
        }
    }

    /// A file of authorities that are trusted beside the host's own.
    package var authorityFile: AuthorityFile?
    /// Directories of authorities that are trusted beside the host's own.
    package var authorityDirectories: [String] = []
    /// The `User-Agent` that is sent to servers.
    package var userAgent: String
    /// How long a connection may take, in seconds.
    package var connectSeconds = 15
    /// How long there may be nothing, or next to nothing, in seconds.
    package var idleSeconds = 30
    /// How long one file may take with all attempts, in seconds.
    package var totalSeconds = 3600
    /// When the file's time is over, where attempts at other addresses have used some of it.
    package var end: ContinuousClock.Instant?
    /// How often a request is made at most, if none brings anything new.
    package var mostAttempts = 4
    /// How long the first pause between attempts is, in milliseconds; each is twice as long.
    package var firstPauseMilliseconds = 500
    /// The least that has to come in a second on average, in bytes.
    package var leastRate = 1024

    /// The usual way.
    package init(proxies: ProxySettings, userAgent: String) {
        self.proxies = proxies
        self.userAgent = userAgent
    }
}
