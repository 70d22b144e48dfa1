internal import HostInspection
internal import ToolchainCore
internal import ToolchainHost
internal import ToolchainNetwork
internal import TransparencyLog

/// A place that may serve a copy of a log; it is not trusted, because everything from it is verified.
enum LogPlace: Hashable {
    /// A directory with the files of the log.
    case directory(String)
    /// A URL, below which the log's paths are.
    case web(WebAddress)

    /// The directory or URL in messages, with the query masked.
    var name: String {
        switch self {
        case .directory(let path): path
        case .web(let address): address.description
        }
    }

    /// Where a document of the log is.
    private func origin(of path: String) -> String {
        switch self {
        case .directory(let directory): "\(directory)/\(path)"
        case .web(let address): "\(address.appending(path))"
        }
    }

    /// Reads the answer to a lookup.
    ///
    /// - Parameters:
    ///   - path: The path of the lookup below the log.
    ///   - supply: How to fetch it.
    /// - Returns: The answer, or `nil` if the place does not have it.
    /// - Throws: ``Failure`` if the place cannot be read.
    func lookup(_ path: String, _ supply: Supply) throws(Failure) -> [UInt8]? {
        try documents([path], .text, limit: Lookup.mostBytes, supply)[0]
    }

    /// Reads tiles.
    ///
    /// - Returns: The tiles that the place has.
    /// - Throws: ``Failure`` if the place cannot be read.
    func tiles(_ tiles: [Tile], _ supply: Supply) throws(Failure) -> [Tile: [UInt8]] {
        let documents = try documents(
            tiles.map(\.path),
            .bytes,
            limit: Tile.mostBytes,
            supply
        )
        var found: [Tile: [UInt8]] = [:]
        for (tile, document) in zip(tiles, documents) { found[tile] = document }
        return found
    }

    /// Reads documents: all of them over one connection.
    private func documents(
        _ paths: [String],
        _ form: DocumentDownload.Form,
        limit: Int,
        _ supply: Supply
    ) throws(Failure) -> [[UInt8]?] {
        do {
            switch self {
            case .directory(let directory):
                return try paths.map { path in
                    try FileSystem.contents(of: "\(directory)/\(path)", limit: limit + 1)
                }
            case .web(let address):
                let name = supply.session.settings.log.name
                var isComplete = false
                defer { supply.session.onEvent(.ended(name, isComplete: isComplete)) }
                let documents = try DocumentDownload(
                    from: paths.map { address.appending($0) },
                    as: form,
                    limit: limit,
                    policy: supply.transferPolicy(),
                    monitor: supply.session.monitor(name)
                ).run()
                isComplete = true
                return documents
            }
        } catch let error as TransferError {
            guard case .web(let address) = self else { throw Failure(.defect, "\(error)") }
            throw Failure(
                error,
                document: "the document of the log",
                address: address.appending(paths[0])
            )
        } catch let error as FileError {
            throw Failure(
                .unavailable,
                "cannot read the copy of the log",
                facts: [.init("file", error.path), .init("because", error.errno)]
            )
        } catch {
            throw supply.session.failure(for: error, doing: "read the log at \(name)")
        }
    }
}

extension Supply {
    /// Returns the places that may serve the log, in the order in which to try them: the mirrors, the
    /// module proxies of GOPROXY, and the log itself.
    ///
    /// - Parameters:
    ///   - log: The log.
    ///   - skipped: Gets a fact for each place that is not tried, with the reason.
    /// - Returns: The places.
    func logPlaces(_ log: LogSettings, skipped: inout [Failure.Fact]) -> [LogPlace] {
        let path = "sumdb/\(log.name)"
        var places: [LogPlace] = []
        func add(_ place: LogPlace) {
            if case .web = place, session.settings.isOffline {
                skipped.append(.init("not tried, offline", place.name))
            } else if !places.contains(place) {
                places.append(place)
            }
        }
        for mirror in session.settings.mirrors + moduleProxies {
            switch mirror {
            case .directory(let directory): add(.directory("\(directory.path)/\(path)"))
            case .web(let web): if let base = web.directory { add(.web(base.appending(path))) }
            }
        }
        if session.settings.usesOfficial { add(.web(log.url)) }
        return places
    }

    /// The module proxies of GOPROXY: they may serve the log below `/sumdb`
    /// (https://go.dev/ref/mod#checksum-database).
    private var moduleProxies: [Mirror] {
        let variables = GoSettings.gathered(
            environment: session.environment,
            goRoot: nil,
            in: RootedFiles()
        )
        let entries = (variables["GOPROXY"]?.value ?? "").split(byte: ",").flatMap {
            $0.split(byte: "|")
        }
        var proxies: [Mirror] = []
        for entry in entries.map(\.trimmed) {
            // Go asks no proxy that comes after these.
            if entry == "off" || entry == "direct" { break }
            guard entry.contains(text: "://"),
                let proxy = try? Mirror(parsing: entry, base: nil, from: session.environment)
            else { continue }
            proxies.append(proxy)
        }
        return proxies
    }
}
