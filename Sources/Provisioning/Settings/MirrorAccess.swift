internal import ToolchainCore
internal import ToolchainHost

/// Which servers may get credentials, and the files that contain these.
///
/// Only the paths are known here. A file is read when its server is asked for the first time.
struct MirrorAccess: Sendable {
    /// The server of one or several mirrors.
    struct Server: Hashable, Sendable {
        /// Its scheme, host and port, as ``WebAddress/origin``.
        let origin: String
        /// Whether the command line, the environment, or a manifest of the user or the host names it.
        ///
        /// A manifest that was found in or above the working directory may be a stranger's.
        var isChosen: Bool
        /// The absolute path of the file with its headers, or `nil`.
        var headerFile: String?
    }

    /// The servers of all mirrors, each once.
    private(set) var servers: [Server] = []
    /// The absolute path in GOTOOLPROV_MIRROR_HEADER_FILE, or `nil`.
    private(set) var commonHeaderFile: String?
    /// The absolute path of the file with logins and passwords: that in NETRC, else `~/.netrc`; nil if
    /// both are unknown.
    private(set) var netrc: String?

    /// Creates the access to servers that require nothing.
    init() {}

    /// Determines the files from the environment.
    ///
    /// - Throws: ``Failure`` of kind `configuration` if a path cannot be resolved.
    init(from environment: HostEnvironment) throws(Failure) {
        commonHeaderFile = try environment["GOTOOLPROV_MIRROR_HEADER_FILE"].map {
            text throws(Failure) in
            try Settings.absolute(text, base: nil, from: environment)
        }
        netrc = environment.absolutePath(environment["NETRC"] ?? "~/.netrc")
    }

    /// Adds the server of a mirror; a directory has none.
    ///
    /// - Parameters:
    ///   - mirror: The mirror.
    ///   - isChosen: As ``Server/isChosen``.
    mutating func add(_ mirror: Mirror, isChosen: Bool) {
        guard case .web(let web) = mirror, let origin = web.origin else { return }
        if let index = servers.firstIndex(where: { $0.origin == origin }) {
            servers[index].isChosen = servers[index].isChosen || isChosen
        } else {
            servers.append(Server(origin: origin, isChosen: isChosen))
        }
    }

    /// Adds the absolute path of the file with the headers for a mirror, if that is on a known server; the
    /// first file that is named for a server counts.
    mutating func add(headerFile: String, of mirror: Mirror) {
        guard case .web(let web) = mirror,
            let index = servers.firstIndex(where: { $0.origin == web.origin })
        else { return }
        servers[index].headerFile = servers[index].headerFile ?? headerFile
    }

    /// Returns the server of a URL, or `nil` if no mirror is on it.
    func server(of address: WebAddress) -> Server? {
        servers.first { $0.origin == address.origin }
    }

    /// Returns the file with the headers for a server, or `nil`: the variable overrides manifests.
    ///
    /// - Throws: ``Failure`` of kind `configuration` if the variable names a file, and there are mirrors on
    ///   several servers, because only one of them may get what is in it.
    func headerFile(for server: Server) throws(Failure) -> String? {
        guard server.isChosen else { return nil }
        guard let file = commonHeaderFile else { return server.headerFile }
        let origins = servers.filter(\.isChosen).map(\.origin)
        guard origins.count == 1 else {
            throw Failure(
                .configuration,
                "GOTOOLPROV_MIRROR_HEADER_FILE is for one server, but the mirrors are on several",
                facts: [.init("file", file)] + origins.map { .init("server", $0) },
                hint: "name a file for each server in a manifest:"
                    + " {\"mirrors\": [{\"url\": \"\(server.origin)/go\", \"headerFile\": \"FILE\"}]}"
            )
        }
        return file
    }
}
