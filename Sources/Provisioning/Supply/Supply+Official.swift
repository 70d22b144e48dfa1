package import ToolchainCore
internal import ToolchainHost
internal import ToolchainNetwork

/// The official list of releases.
extension Supply {
    /// The age at which a copy is fetched again, in seconds.
    private static let freshSeconds = 3600
    /// The age at which a copy is no longer used, in seconds.
    private static let usableSeconds = UTCTime.secondsOfDay
    /// The time limit for the list, in seconds: it may be blocked where archives are not.
    private static let mostSeconds = 60

    private var officialCache: OfficialCache { OfficialCache(session: session) }

    /// The list in messages.
    private static let name = "list of releases"

    /// Why the list is not used, or `nil` if it is.
    ///
    /// Without the log, a version that no catalog lists cannot be installed.
    var officialObstacle: String? {
        if session.settings.isOffline { return "the network is disabled" }
        if !session.settings.usesOfficial { return "the manifest disables the official site" }
        return session.settings.log.disabledBy.map { "the log is disabled by \($0)" }
    }

    /// Returns the official list: the copy in the cache if it is younger than an hour, else the list of
    /// the official site, which is asked once in a run.
    ///
    /// Only the official site is asked: a list from the mirror that serves an archive could not be a second
    /// witness of its digest. It is not asked for ten minutes after a failure that took long.
    ///
    /// - Parameter isRetrying: Whether it is asked even then.
    /// - Returns: The list. If the site cannot be reached, a copy that is younger than a day, or none,
    ///   and the failure.
    /// - Throws: ``Failure``, only if the run is interrupted.
    package func officialReleases(
        isRetrying: Bool = false
    ) throws(Failure) -> OfficialAnswer {
        if let known = session.officialState.withLock({ $0.fetched }) { return known }
        var answer = keptOfficialReleases()
        let isFresh = answer.copy?.isYounger(than: Self.freshSeconds, at: .now) ?? false
        if officialObstacle == nil, !isFresh {
            do throws(Failure) {
                if !isRetrying, let failure = try lastOfficialFailure() { throw failure }
                answer = try fetchedOfficialReleases(after: answer.copy ?? officialCache.copy)
            } catch {
                if case .interrupted = error.kind { throw error }
                answer.failure = error
            }
        }
        session.officialState.withLock { [answer] in $0.fetched = answer }
        return answer
    }

    /// Returns the official list as this run has fetched it, else the copy in the cache if it is younger
    /// than a day; sends no requests.
    package func keptOfficialReleases() -> OfficialAnswer {
        if let known = session.officialState.withLock({ $0.fetched ?? $0.kept }) { return known }
        var answer = OfficialAnswer()
        if officialObstacle == nil {
            answer.copy = officialCache.copy.flatMap { copy in
                copy.isYounger(than: Self.usableSeconds, at: .now) ? copy : nil
            }
        }
        session.officialState.withLock { [answer] in $0.kept = answer }
        return answer
    }

    /// Fetches the list for planning, as ``officialReleases()`` does, and reports once in a run why it could
    /// not be fetched or kept, and what is used instead.
    ///
    /// - Throws: ``Failure``, only if the run is interrupted.
    func refreshOfficialReleases() throws(Failure) {
        let answer = try officialReleases()
        let isReported = session.officialState.withLock { state in
            defer { state.isReported = true }
            return state.isReported
        }
        guard let failure = answer.failure, !isReported else { return }
        let instead =
            answer.copy.map { "using that of \($0.fetchedAt)" } ?? "using the catalogs alone"
        session.onEvent(
            .remark(Self.name, "no new \(Self.name): \(failure.onOneLine); \(instead)")
        )
    }

    /// Returns what the official list says about the archive of a version for this run's platform.
    ///
    /// The list is fetched as ``officialReleases()`` does.
    ///
    /// - Throws: ``Failure``, only if the run is interrupted.
    package func officialArchive(of version: GoVersion) throws(Failure) -> OfficialArchive {
        let answer = try officialReleases()
        return OfficialArchive(
            archive: answer.copy?.list.archive(of: version, for: session.platform),
            listedAt: answer.copy?.fetchedAt,
            reason: answer.failure?.onOneLine ?? officialObstacle
        )
    }

    // MARK: The official site

    private func officialAddress() throws(Failure) -> WebAddress {
        do {
            return try WebAddress(parsing: "https://go.dev/dl/?mode=json&include=all")
        } catch {
            throw Failure(.defect, "the URL of the official list is invalid")
        }
    }

    /// Returns the proxy of requests to the official site, without credentials.
    private func officialProxy(to address: WebAddress) -> String? {
        (try? transferPolicy().proxies.route(to: address))?.proxy?.summary
    }

    /// Returns the last failure to fetch the list, or `nil` if the site may be asked.
    private func lastOfficialFailure() throws(Failure) -> Failure? {
        guard let last = officialCache.failure,
            last.applies(at: .now, through: officialProxy(to: try officialAddress()))
        else { return nil }
        return Failure(
            .unavailable,
            last.reason,
            facts: [
                .init("last tried", last.failedAt), .init("tried again from", last.askedAgainAt),
            ]
        )
    }

    /// Fetches the list, and keeps it in the cache.
    ///
    /// - Parameter former: The copy before it, of any age.
    /// - Returns: The list; the failure is that to keep it.
    /// - Throws: ``Failure`` if the site does not serve a valid list.
    private func fetchedOfficialReleases(
        after former: OfficialCopy?
    ) throws(Failure) -> OfficialAnswer {
        let address = try officialAddress()
        let source = try officialDocument(at: address)
        var answer = OfficialAnswer()
        do throws(DocumentError) {
            let copy = try OfficialCopy(
                source,
                fetchedAt: .now,
                after: former,
                notBefore: (try? catalog())?.updated
            )
            answer.copy = copy
            do {
                try officialCache.keep(copy: copy.document(of: source))
            } catch {
                answer.failure = session.failure(for: error, doing: "keep the list of releases")
            }
        } catch {
            throw Failure(
                .unavailable,
                "the list of releases is invalid",
                facts: [.init("from", address), .init("because", error)]
            )
        }
        return answer
    }

    private func officialDocument(at address: WebAddress) throws(Failure) -> [UInt8] {
        let name = "the \(Self.name)"
        var policy = transferPolicy()
        // An archive may come from a mirror where the official site is blocked: do not wait long for it.
        policy.totalSeconds = min(policy.totalSeconds, Self.mostSeconds)
        policy.connectSeconds = min(policy.connectSeconds, 5)
        policy.maximumAttemptCount = 2
        let start = ContinuousClock.now
        do {
            var isComplete = false
            defer { session.onEvent(.ended(Self.name, isComplete: isComplete)) }
            let documents = try DocumentDownload(
                from: [address],
                as: .text,
                limit: OfficialReleases.mostBytes,
                policy: policy,
                monitor: session.monitor(Self.name)
            ).run()
            officialCache.removeFailure()
            guard let document = documents.first.flatMap(\.self) else {
                throw Failure(
                    .unavailable,
                    "the server does not have the list of releases",
                    facts: [.init("from", address)]
                )
            }
            isComplete = true
            return document
        } catch let error as TransferError {
            let failure = Failure(error, document: name, address: address)
            if OfficialFailure.isLong(.now - start) {
                officialCache.keep(
                    OfficialFailure(
                        failedAt: .now,
                        proxy: officialProxy(to: address),
                        reason: failure.message
                    )
                )
            }
            throw failure
        } catch let failure as Failure {
            throw failure
        } catch {
            throw session.failure(for: error, doing: "fetch \(name)")
        }
    }
}
