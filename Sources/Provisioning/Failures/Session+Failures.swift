internal import SystemPackage
package import ToolchainCore
package import ToolchainHost
internal import ToolchainNetwork

extension Session {
    /// Converts an error from changing this host.
    package func failure(for error: any Error, doing what: String) -> Failure {
        switch error {
        case let failure as Failure: failure
        case let error as ProgressMonitor.Interrupted:
            interruption(error)
        case let error as FileError:
            Failure(
                writing: error,
                what: "cannot \(what)",
                places: HostPlaces(settings, environment)
            )
        case let error as ThreadCreationError: Failure(error, what: "cannot \(what)")
        default: Failure(.defect, "cannot \(what)", facts: [.init("because", "\(error)")])
        }
    }

    /// Converts an error from downloading, reading or unpacking an archive.
    func failure(for error: any Error, source: ArchiveSource) -> Failure {
        switch error {
        case let error as ArchiveError: Failure(error, source: source)
        case let error as TransferError:
            if let address = source.address {
                Failure(
                    error,
                    pin: source.pin,
                    address: address,
                    officialAdvice: officialAdvice(address)
                )
            } else {
                Failure(.defect, "\(error)")
            }
        case let error as FileError where source.address != nil:
            Failure(
                writing: error,
                what: "cannot save the downloaded archive",
                places: HostPlaces(settings, environment)
            )
        case let error as FileError:
            Failure(
                .unavailable,
                "cannot read the archive",
                facts: [.init("file", source.origin), .init("because", error.errno)]
            )
        default: failure(for: error, doing: "read \(source.origin)")
        }
    }

    /// Returns the failure for an interruption by a signal, with the partial downloads that are kept.
    func interruption(_ error: ProgressMonitor.Interrupted) -> Failure {
        var facts: [Failure.Fact] = []
        if let cache = settings.cacheDirectory.map(ArchiveCache.init(directory:)) {
            for transfer in downloads.transfers {
                // Without a validator, a download cannot resume: the server's file may have changed.
                guard
                    let bytes = try? FileSystem.byteCount(of: cache.partialPath(of: transfer.key)),
                    bytes > 0,
                    (try? FileSystem.kind(of: cache.validatorPath(of: transfer.key))) == .file
                else { continue }
                let total = transfer.byteCount.map { " (\(ByteCount($0)))" } ?? ""
                facts.append(
                    .init("kept", "\(ByteCount(bytes)) of \(transfer.fileName)\(total)")
                )
            }
        }
        return Failure(
            .interrupted(signal: error.signal),
            facts.isEmpty
                ? "interrupted; incomplete changes were undone"
                : "interrupted; the partial download is kept",
            facts: facts,
            hint: facts.isEmpty ? nil : "run the same command again to resume the download"
        )
    }

    /// Returns a hint for networks that block the official site but provide a module proxy, or `nil`.
    private func officialAdvice(_ address: WebAddress) -> String? {
        guard ["go.dev", "dl.google.com"].contains(address.host),
            let proxy = environment["GOPROXY"],
            proxy.utf8.contains(UInt8(ascii: "/")), !proxy.contains("proxy.golang.org")
        else { return nil }
        return "request access to go.dev and dl.google.com, or use a mirror of https://go.dev/dl/:"
            + " a module proxy (GOPROXY) does not serve these archives"
    }
}

extension Failure {
    /// An invalid archive.
    init(_ error: ArchiveError, source: ArchiveSource) {
        let file = Fact("file", source.origin)
        let pin = source.pin
        switch error {
        case .wrongDigest(let expected, let computed):
            self.init(
                .integrity,
                "the archive does not match its pinned digest",
                facts: [
                    file, .init("expected", expected), .init("computed", computed),
                    .init("pinned by", pin.voucher),
                ],
                hint: source.replacementHint
            )
        case .wrongSize(let expected, let found):
            self.init(
                .integrity,
                "the archive does not match its pinned size",
                facts: [
                    file, .init("expected", "\(expected) bytes"), .init("found", "\(found) bytes"),
                    .init("pinned by", pin.voucher),
                ],
                hint: source.replacementHint
            )
        case .changedWhileRead:
            self.init(
                .integrity,
                "the archive changed while it was being unpacked",
                facts: [file],
                hint: "try again when nothing is writing to the file"
            )
        case .malformed(let reason):
            self.init(
                .integrity,
                "the archive is damaged, or not a gzip-compressed tar archive",
                facts: [file, .init("because", reason)]
            )
        case .refusedMember(let name, let reason):
            self.init(
                .integrity,
                "the archive contains an entry that \(pin.contents.subject) archives never contain",
                facts: [file, .init("entry", name.withVisibleControls), .init("because", reason)]
            )
        case .tooLarge(let limit):
            self.init(
                .integrity,
                "the archive unpacks to more than the limit for \(pin.contents.subject)",
                facts: [file, .init("limit", limit)]
            )
        case .unexpectedContents(let what, let expected, let found):
            self.init(
                .integrity,
                "the archive does not contain \(pin.contents.name) for \(pin.platform)",
                facts: [
                    file, .init("entry", what), .init("expected", expected),
                    .init("found", found.withVisibleControls),
                ]
            )
        }
    }
}

extension PinnedArchive.Contents {
    /// The subject of the archive in messages: `Go`, `dlv`.
    fileprivate var subject: String {
        switch self {
        case .go: "Go"
        case .tool(let build): build.tool.name
        case .source(let tool, _): "\(tool)"
        }
    }
}

extension Failure {
    /// An interruption by a signal while waiting for another gotoolprov process.
    init(waiting error: ProgressMonitor.Interrupted) {
        self.init(
            .interrupted(signal: error.signal),
            "interrupted while waiting for another gotoolprov process; nothing was changed"
        )
    }

    /// An interruption by a signal of a verification, which changes nothing.
    package init(verifying error: ProgressMonitor.Interrupted) {
        self.init(
            .interrupted(signal: error.signal),
            "interrupted; the verification is incomplete"
        )
    }

    /// A failure to create a thread.
    init(_ error: ThreadCreationError, what: String) {
        self.init(
            .configuration,
            what,
            facts: [.init("failed", "create a thread"), .init("because", error.errno)],
            hint: error.isLimit
                ? "raise the process limit: `ulimit -u`, or pids.max of the cgroup"
                : "allow clone3 in the seccomp filter of the container or service"
        )
    }

    /// A failure to read a file or directory.
    package init(reading error: FileError, what: String) {
        self.init(
            .destination,
            what,
            facts: [
                .init("path", error.path), .init("failed", error.operation),
                .init("because", error.errno),
            ]
        )
    }
}
