internal import ToolchainCore
internal import ToolchainNetwork

extension Failure {
    /// A response with an HTTP status that is not a success.
    ///
    /// - Parameters:
    ///   - code: The status.
    ///   - denial: What is known of credentials, or `nil`.
    ///   - fileName: The file that was requested.
    ///   - address: The URL that was requested.
    init(status code: Int, _ denial: Denial?, fileName: String, _ address: WebAddress) {
        var facts: [Fact] = [.init("from", address)]
        if let elsewhere = denial?.elsewhere { facts.append(.init("redirected to", elsewhere)) }
        facts.append(.init("status", code))
        if code == 401 || code == 403 {
            facts += (denial?.sources ?? []).map { .init("credentials", $0) }
            facts += (denial?.absences ?? []).map { .init("no credentials", $0) }
        }
        let message: String
        var hint: String?
        switch code {
        case 401:
            (message, hint) = Self.unauthorized(denial, address)
        case 403:
            message = "the server denied access (403, which some servers send for missing files)"
            hint =
                "check the URL, and that \(fileName) is in the mirror"
                + (denial?.sources.first.map { " and may be read by the user of \($0)" } ?? "")
        case 404, 410: message = "the server does not have \(fileName)"
        case 407:
            message = "the proxy requires a password"
            hint = "set HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT"
        case 500...599: message = "the server reported an internal error"
        default: message = "the server rejected the request"
        }
        self.init(.unavailable, message, facts: facts, hint: hint)
    }

    /// The message and the hint for a server that requires other credentials, or some.
    private static func unauthorized(
        _ denial: Denial?,
        _ address: WebAddress
    ) -> (String, String) {
        if let elsewhere = denial?.elsewhere {
            return (
                "the server requires a password",
                "credentials are sent to the server of the mirror only: if you trust"
                    + " \(elsewhere.origin), use its URL as the mirror"
            )
        }
        if let source = denial?.sources.first {
            return ("the server rejected the password or the token", "correct it in \(source)")
        }
        return (
            "the server requires a password",
            "add `machine \(address.host) login USER password PASSWORD` to ~/.netrc; or write the"
                + " header with the token to a file, and set GOTOOLPROV_MIRROR_HEADER_FILE to it"
        )
    }
}
