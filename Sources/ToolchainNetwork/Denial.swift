package import ToolchainCore

/// What is known of credentials when a server denies access.
package struct Denial: Hashable, Sendable {
    /// Where the credentials come from that the server got; empty if it got none.
    package let sources: [String]
    /// Why there are no others.
    package let absences: [String]
    /// The server that denied access, if the requested one redirected to it, or `nil`.
    package let elsewhere: WebAddress?

    /// Describes the last of some requests; nil if there is nothing to say.
    ///
    /// - Parameters:
    ///   - credentials: The credentials for the first address.
    ///   - first: The requested address.
    ///   - last: The address that denied access.
    ///   - isAuthenticated: Whether the last request had the credentials.
    init?(
        _ credentials: WebCredentials?,
        from first: WebAddress,
        at last: WebAddress,
        isAuthenticated: Bool
    ) {
        sources = isAuthenticated ? credentials?.sources ?? [] : []
        absences = credentials?.absences ?? []
        elsewhere = last.origin == first.origin ? nil : last
        if sources.isEmpty, absences.isEmpty, elsewhere == nil { return nil }
    }
}
