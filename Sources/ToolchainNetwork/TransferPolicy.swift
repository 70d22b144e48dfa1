public import ToolchainCore

/// How files are fetched.
public struct TransferPolicy: Sendable {
    /// Which requests go through a proxy.
    public var proxies: ProxySettings
    /// A file of authorities that are trusted beside the host's own, in PEM.
    public var authorityFile: String?
    /// What servers are told who asks.
    public var userAgent: String
    /// How long a connection may take, in seconds.
    public var connectSeconds = 15
    /// How long there may be nothing, or next to nothing, in seconds.
    public var idleSeconds = 30
    /// How long one file may take with all attempts, in seconds.
    public var totalSeconds = 3600
    /// How often a request is made at most, if none brings anything new.
    public var mostAttempts = 4
    /// How long the first pause between attempts is, in milliseconds; each is twice as long.
    public var firstPauseMilliseconds = 500
    /// The least that has to come in a second on average, in bytes.
    public var leastRate = 1024

    /// The usual way.
    public init(proxies: ProxySettings, userAgent: String) {
        self.proxies = proxies
        self.userAgent = userAgent
    }
}
