internal import SystemPackage
public import ToolchainCore
internal import ToolchainHost
internal import ToolchainNetwork

extension Provisioner {
    /// Brings the archive into the cache, unless it is there, and waits for whoever brings it already.
    ///
    /// A part that another process has left is gone on with.
    func fetch(_ pin: PinnedArchive, from address: WebAddress) throws {
        let cache = try cache()
        let watch = watch(pin.contents.name)
        do {
            try prefetch?.wait(for: pin.digest, watch)
        } catch {
            throw interruption(error, fetching: pin)
        }
        let partial = cache.partialPath(of: pin.digest)
        let validator = cache.validatorPath(of: pin.digest)
        var made: [String] = []
        // Where nothing came, nothing stays.
        defer { FileSystem.removeEmptyDirectories(made) }
        try FileSystem.makeDirectories(cache.folder, adding: &made)
        let lock: InstallLock
        do {
            lock = try InstallLock.acquire(
                cache.lockPath(of: pin.digest),
                patience: conduct.patience,
                watch: watch
            ) { onEvent(.waitingForLock(pin.fileName, holder: $0)) }
        } catch let busy as InstallLock.Busy {
            throw Failure(busy, name: pin.fileName)
        } catch let interrupted as Watch.Interrupted {
            throw Failure(waiting: interrupted)
        }
        do {
            if !cache.has(pin.digest) {
                var isComplete = false
                defer { onEvent(.ended(pin.contents.name, isComplete: isComplete)) }
                try ArchiveDownload(pin, from: address, policy: try transferPolicy(), watch: watch)
                    .run(to: partial, validatorAt: validator)
                try FileSystem.replace(cache.path(of: pin.digest), by: partial)
                try FileSystem.remove(validator)
                isComplete = true
            }
            lock.discardIfNew()
        } catch {
            if try FileSystem.byteCount(of: partial) == 0 { try FileSystem.remove(partial) }
            lock.discardIfNew()
            guard let interrupted = error as? Watch.Interrupted else { throw error }
            throw interruption(interrupted, fetching: pin)
        }
    }

    /// The end by a signal, with what of the downloads is kept.
    ///
    /// - Parameters:
    ///   - error: The signal.
    ///   - pin: The archive that was being fetched, if any, beside those that are prefetched.
    /// - Returns: The failure to report.
    func interruption(_ error: Watch.Interrupted, fetching pin: PinnedArchive? = nil) -> Failure {
        var pins = prefetchedPins
        if let pin, !pins.contains(where: { $0.digest == pin.digest }) { pins.append(pin) }
        var facts: [Failure.Fact] = []
        if let cache = try? cache() {
            for pin in pins {
                // Without a validator, nothing says that the server still has the same file.
                guard let bytes = try? FileSystem.byteCount(of: cache.partialPath(of: pin.digest)),
                    bytes > 0,
                    (try? FileSystem.kind(of: cache.validatorPath(of: pin.digest))) == .file
                else { continue }
                let total = pin.byteCount.map { " of \($0 / 1_000_000)" } ?? ""
                facts.append(.init("kept", "\(bytes / 1_000_000)\(total) MB of \(pin.fileName)"))
            }
        }
        return Failure(
            .interrupted(signal: error.signal),
            facts.isEmpty
                ? "interrupted; incomplete changes were undone"
                : "interrupted; the part that was downloaded is kept",
            facts: facts,
            hint: facts.isEmpty ? nil : "run the same command again to resume the download"
        )
    }

    /// The cache of this user.
    ///
    /// - Returns: The cache, whether or not its folder is there.
    /// - Throws: ``Failure`` of kind `configuration` where no folder for it is known.
    public func cache() throws(Failure) -> ArchiveCache {
        guard let folder = settings.cacheFolder else {
            throw Failure(
                .configuration,
                "\(environment.homeFlaw), so the directory for archives is not known",
                hint: "set HOME to an absolute path, or GOTOOLPROV_CACHE to that folder"
            )
        }
        return ArchiveCache(folder: folder)
    }

    /// How files are fetched, as the environment and the options say.
    private func transferPolicy() throws(Failure) -> TransferPolicy {
        let proxies: ProxySettings
        do {
            proxies = try ProxySettings { environment[$0] }
        } catch {
            throw Failure(
                .configuration,
                "`\(error.variable)` cannot be used",
                facts: [.init("because", "it \(error.reason)")],
                hint: "for instance `\(error.variable)=http://proxy.example:3128`"
            )
        }
        var policy = TransferPolicy(
            proxies: proxies,
            userAgent: "gotoolprov/\(ProgramIdentity.version)"
        )
        policy.authorityFile = settings.authorityFile
        if let seconds = settings.idleSeconds { policy.idleSeconds = seconds }
        if let seconds = settings.idleSeconds { policy.connectSeconds = min(15, seconds) }
        if let seconds = settings.totalSeconds { policy.totalSeconds = seconds }
        return policy
    }
}

extension Failure {
    /// What a failed transfer means to whoever wanted the archive.
    init(_ error: TransferError, pin: PinnedArchive, address: WebAddress) {
        let place = Fact("from", address.withoutQuery)
        switch error {
        case .unknownHost(let host):
            self.init(
                .unavailable,
                "there is no server `\(host)`",
                facts: [place],
                hint:
                    "without a network, `--offline` and a mirror folder; behind a proxy, HTTPS_PROXY"
            )
        case .unreachable(let host, let port, let reason):
            self.init(
                .unavailable,
                "cannot connect to `\(host)`",
                facts: [place, .init("port", port), .init("because", reason)],
                hint: "behind a proxy, set HTTPS_PROXY; or name a mirror: `--mirror`"
            )
        case .cut(let received, let expected):
            self.init(
                .unavailable,
                "the connection ended before the archive did",
                facts: [
                    place, .init("received", "\(received) bytes"),
                    .init("expected", expected.map { "\($0) bytes" } ?? "more"),
                ],
                hint: "try again: what has come is kept"
            )
        case .silent(let seconds):
            self.init(
                .unavailable,
                "the server sends nothing any more",
                facts: [place, .init("waited", "\(seconds) s")],
                hint: "try again, or wait longer: `--idle-timeout SECONDS`"
            )
        case .tooSlow(let rate):
            self.init(
                .unavailable,
                "the archive comes too slowly",
                facts: [place, .init("rate", "\(rate) bytes a second")],
                hint: "try again: what has come is kept; or name another mirror"
            )
        case .tookTooLong(let seconds):
            self.init(
                .unavailable,
                "fetching the archive took too long",
                facts: [place, .init("limit", "\(seconds) s")],
                hint: "try again: what has come is kept; or allow more: `--timeout SECONDS`"
            )
        case .tls(let host, let reason):
            self.init(
                .unavailable,
                "the connection to `\(host)` cannot be trusted",
                facts: [place, .init("because", reason)],
                hint: "an authority of your own is named by `--ca-file FILE` or SSL_CERT_FILE"
            )
        case .authorities(let path, let reason):
            self.init(
                .configuration,
                "cannot use the file of authorities",
                facts: [.init("file", path), .init("because", reason)],
                hint: "it has to hold certificates in PEM"
            )
        case .proxyRefused(let host, let port, let reason):
            self.init(
                .unavailable,
                "the proxy does not connect",
                facts: [place, .init("proxy", "\(host):\(port)"), .init("because", reason)],
                hint: "HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT; NO_PROXY names what needs none"
            )
        case .status(let code, _):
            self.init(
                .unavailable,
                code == 404
                    ? "the server does not have \(pin.fileName)" : "the server refuses",
                facts: [place, .init("status", code)]
            )
        case .redirectLoop:
            self.init(.unavailable, "the server redirects in a circle", facts: [place])
        case .redirectRefused(let target, let reason):
            self.init(
                .unavailable,
                "the server redirects to where nobody should go",
                facts: [place, .init("to", target), .init("because", "it \(reason)")]
            )
        case .notArchive(let contentType, let beginning):
            self.init(
                .unavailable,
                "what came is no archive: a login page of the network, or of the server",
                facts: [place, .init("content type", contentType ?? "not telling")]
                    + (beginning.isEmpty ? [] : [.init("it begins", beginning)]),
                hint: "open any page in a browser to log in, or set HTTPS_PROXY"
            )
        case .wrongSize(let expected, let found):
            self.init(
                .integrity,
                "the server has another file than the one that is pinned",
                facts: [
                    place, .init("expected", "\(expected) bytes"), .init("found", "\(found) bytes"),
                    .init("pinned by", pin.voucher),
                ],
                hint: "this server has a damaged or altered file; use another"
            )
        case .tooLong(let limit):
            self.init(
                .integrity,
                "the server sends more than the archive that is pinned",
                facts: [place, .init("expected", "\(limit) bytes at most")],
                hint: "this server has a damaged or altered file; use another"
            )
        case .corrupt(let expected, let computed):
            self.init(
                .integrity,
                "the server has another file than the one that is pinned; it was fetched twice",
                facts: [
                    place, .init("expected", expected), .init("computed", computed),
                    .init("pinned by", pin.voucher),
                ],
                hint: "this server has a damaged or altered file; use another"
            )
        case .malformed(let reason):
            self.init(
                .unavailable,
                "the server's answer cannot be understood",
                facts: [place, .init("because", reason)]
            )
        }
    }
}
