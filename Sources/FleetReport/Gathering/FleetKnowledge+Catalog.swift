package import Provisioning
package import ToolchainCore
internal import ToolchainHost

extension FleetKnowledge {
    /// Creates the data that versions are assessed with at a given time.
    ///
    /// - Parameters:
    ///   - catalog: The known releases and their dates. A release without a date does not affect
    ///     support.
    ///   - time: The time of the assessment.
    ///   - path: The path of a vulnerability list that replaces all others.
    ///   - hostLists: The paths of the lists of this host: the newest of them and of the built-in one is
    ///     used. One that is invalid, or that has a day in the future of this host's clock and of `time`, is
    ///     ignored.
    ///   - sites: The signed catalogs of sites, whose lists count like those of this host.
    ///   - note: Reports an ignored list.
    /// - Throws: ``Failure`` if the list at `path` cannot be read or is invalid.
    package init(
        of catalog: Catalog,
        at time: UTCTime,
        vulnerabilities path: String? = nil,
        hostLists: [String] = [],
        sites: [UsedSite] = [],
        note: (String) -> Void = { _ in }
    ) throws(Failure) {
        let calendar = SupportCalendar(
            releases: catalog.releases.values.filter { $0.date != nil }
                .map { ($0.version, $0.date) },
            today: time.day
        )
        if let path {
            let list = try Self.list(at: path)
            self.init(calendar: calendar, vulnerabilities: list, vulnerabilityFile: path)
            return
        }
        var newest: VulnerabilityList
        var file: String?
        do {
            newest = try VulnerabilityList(parsing: CatalogLibrary.vulnerabilities)
        } catch {
            throw Failure(
                .defect,
                "the vulnerability list is invalid",
                facts: [.init("file", "built in"), .init("because", error)]
            )
        }
        let today = max(time.day, UTCTime.now.day)
        for path in hostLists {
            do throws(Failure) {
                let list = try Self.list(at: path)
                guard !list.isFromFuture(on: today) else {
                    note("\(path) is ignored: its date, \(list.snapshot), is in the future")
                    continue
                }
                if list.snapshot > newest.snapshot { (newest, file) = (list, path) }
            } catch {
                note("\(path) is ignored: \(error.onOneLine)")
            }
        }
        for (name, document) in sites.compactMap(\.vulnerabilities) {
            do throws(DocumentError) {
                let list = try VulnerabilityList(parsing: document)
                if list.snapshot > newest.snapshot { (newest, file) = (list, name) }
            } catch {
                note("the vulnerabilities in \(name) are ignored: \(error)")
            }
        }
        self.init(calendar: calendar, vulnerabilities: newest, vulnerabilityFile: file)
    }

    private static func list(at path: String) throws(Failure) -> VulnerabilityList {
        let bytes: [UInt8]
        do {
            bytes = try FileSystem.contents(of: path, limit: VulnerabilityList.mostBytes + 1) ?? []
        } catch {
            throw Failure(
                .configuration,
                "cannot read the vulnerability list",
                facts: [.init("file", path), .init("because", error.errno)]
            )
        }
        guard bytes.count <= VulnerabilityList.mostBytes else {
            throw Failure(
                .configuration,
                "the vulnerability list is too large",
                facts: [
                    .init("file", path), .init("limit", ByteCount(VulnerabilityList.mostBytes)),
                ]
            )
        }
        do {
            return try VulnerabilityList(parsing: bytes)
        } catch {
            throw Failure(
                .configuration,
                "the vulnerability list is invalid",
                facts: [.init("file", path), .init("because", error)]
            )
        }
    }
}
