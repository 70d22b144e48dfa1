internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// What a run knows of credentials.
struct CredentialState: Sendable {
    /// The credentials for each server that was asked, or why they cannot be read.
    var answers: [String: Result<WebCredentials, Failure>] = [:]
    /// What was reported; each is reported once in a run.
    var notes: Set<String> = []
}

/// The credentials for the servers of mirrors.
extension Supply {
    /// The largest size of a file with credentials, in bytes.
    private static let mostBytes = 1 << 20
    /// The hosts that need no password, so `default` in a netrc file is not for them.
    private static let officialHosts: Set<String> = [
        "go.dev", "dl.google.com", "sum.golang.org", "proxy.golang.org", "vuln.go.dev",
        "github.com", "codeload.github.com",
    ]

    /// Returns what identifies this user to the server of a URL, which is read once in a run.
    ///
    /// Only servers of mirrors get anything. A mirror that a manifest in the working directory names gets only
    /// what a netrc file has for its host, and only over TLS: the manifest may be a stranger's.
    ///
    /// - Parameter address: The URL of the first request, before redirects.
    /// - Returns: The credentials, which may be none, with the reason; nil if no mirror is on this server.
    /// - Throws: ``Failure`` of kind `configuration` if a file of headers cannot be read or is invalid.
    func credentials(for address: WebAddress) throws(Failure) -> WebCredentials? {
        guard let server = session.settings.access.server(of: address) else { return nil }
        if let known = session.credentials.withLock({ $0.answers[server.origin] }) {
            return try known.get()
        }
        let answer = Result { () throws(Failure) in try read(for: address, server) }
        session.credentials.withLock { $0.answers[server.origin] = answer }
        return try answer.get()
    }

    private func read(
        for address: WebAddress,
        _ server: MirrorAccess.Server
    ) throws(Failure) -> WebCredentials {
        var credentials = WebCredentials(origin: server.origin)
        let isEncrypted = address.scheme == .https || address.isLoopback
        guard isEncrypted || server.isChosen else {
            credentials.absences = [
                "a manifest in the working directory names this mirror, and it is not encrypted"
            ]
            return credentials
        }
        if let path = try session.settings.access.headerFile(for: server) {
            credentials.headers = try headers(in: path)
            credentials.sources = [path]
            remarkIfPublic(path)
        } else if !server.isChosen, session.settings.access.commonHeaderFile != nil {
            credentials.absences.append(
                "GOTOOLPROV_MIRROR_HEADER_FILE is not for mirrors of a manifest in the working"
                    + " directory"
            )
        }
        if !credentials.headers.contains(where: \.isAuthorization) {
            addPassword(for: address, server, to: &credentials)
        }
        if !credentials.headers.isEmpty, !isEncrypted {
            remark("credentials are sent to \(server.origin) without encryption")
        }
        return credentials
    }

    private func headers(in path: String) throws(Failure) -> [RequestHeader] {
        func failure(_ reason: String, line: Int? = nil) -> Failure {
            Failure(
                .configuration,
                "cannot read the file with the headers for the mirror",
                facts: [
                    .init("file", path + (line.map { ":\($0)" } ?? "")), .init("because", reason),
                ],
                hint: "write a line `Name: value` for each header, such as"
                    + " `Authorization: Bearer TOKEN`"
            )
        }
        do {
            guard let bytes = try contents(of: path) else { throw failure("it does not exist") }
            return try HeaderFile(parsing: bytes).headers
        } catch let error as HeaderFile.Rejection {
            throw failure(error.reason, line: error.line)
        } catch let error as FileError {
            throw failure(Self.reason(error))
        } catch let error as Failure {
            throw error
        } catch {
            throw Failure(.defect, "cannot read \(path)")
        }
    }

    /// Adds the login and the password that a netrc file has for a server, or why there is none.
    ///
    /// Programs that have nothing to do with mirrors use the file, too, so an invalid one is not an error.
    private func addPassword(
        for address: WebAddress,
        _ server: MirrorAccess.Server,
        to credentials: inout WebCredentials
    ) {
        guard let path = session.settings.access.netrc else { return }
        do {
            guard let bytes = try contents(of: path) else {
                return credentials.absences.append("\(path) does not exist")
            }
            let entry = try Netrc(parsing: bytes).entry(
                for: address,
                usesDefault: server.isChosen && !Self.officialHosts.contains(address.host)
            )
            guard let entry else {
                return credentials.absences.append(
                    "\(path) has no entry for \(address.host)"
                )
            }
            guard let authorization = entry.authorization else {
                return credentials.absences.append(
                    "\(path):\(entry.line) lacks a login or a password"
                )
            }
            credentials.headers.append(authorization)
            credentials.sources.append("\(path):\(entry.line)")
            remarkIfPublic(path)
        } catch let error as Netrc.Rejection {
            unusable("\(path):\(error.line)", error.reason, &credentials)
        } catch let error as FileError {
            unusable(path, Self.reason(error), &credentials)
        } catch {
            unusable(path, "it cannot be read", &credentials)
        }
    }

    private func unusable(
        _ place: String,
        _ reason: String,
        _ credentials: inout WebCredentials
    ) {
        credentials.absences.append("\(place) is ignored: \(reason)")
        remark("no passwords are read from \(place): \(reason)")
    }

    private func contents(of path: String) throws -> [UInt8]? {
        let bytes = try FileSystem.contents(of: path, limit: Self.mostBytes + 1)
        guard (bytes?.count ?? 0) <= Self.mostBytes else {
            throw FileError("read", path, .fileTooLarge)
        }
        return bytes
    }

    private static func reason(_ error: FileError) -> String {
        error.errno == .notSupported ? "it is not a regular file" : "\(error.errno)"
    }

    /// Reports that every user can read a file with credentials; it is used, as curl, git and Go do.
    private func remarkIfPublic(_ path: String) {
        guard let mode = try? FileSystem.mode(of: path), mode & 0o004 != 0 else { return }
        remark("every user can read \(path): run `chmod 600 \(ShellQuoting.quoted(path))`")
    }

    private func remark(_ text: String) {
        guard session.credentials.withLock({ $0.notes.insert(text).inserted }) else { return }
        session.onEvent(.remark("credentials", text))
    }
}
