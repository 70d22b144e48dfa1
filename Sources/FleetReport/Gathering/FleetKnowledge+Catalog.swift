internal import Provisioning
package import ToolchainCore
internal import ToolchainHost

extension FleetKnowledge {
    /// Creates the data that versions are assessed with at a given time.
    ///
    /// - Parameters:
    ///   - catalog: The known releases and their dates. A release without a date does not affect
    ///     support.
    ///   - time: The time of the assessment.
    ///   - path: The path of a vulnerability list that replaces the built-in one.
    /// - Throws: ``Failure`` if the list cannot be read or is invalid.
    package init(
        of catalog: Catalog,
        at time: UTCTime,
        vulnerabilities path: String? = nil
    ) throws(Failure) {
        let calendar = SupportCalendar(
            releases: catalog.releases.values.filter { $0.date != nil }
                .map { ($0.version, $0.date) },
            today: time.day
        )
        var bytes = CatalogLibrary.vulnerabilities
        if let path {
            do {
                bytes = try FileSystem.contents(of: path, limit: 16 << 20) ?? []
            } catch {
                throw Failure(
                    .configuration,
                    "cannot read the vulnerability list",
                    facts: [.init("file", path), .init("because", error.errno)]
                )
            }
        }
        do {
            self.init(
                calendar: calendar,
                vulnerabilities: try VulnerabilityList(parsing: bytes)
            )
        } catch {
            throw Failure(
                path == nil ? .defect : .configuration,
                "the vulnerability list is invalid",
                facts: [.init("file", path ?? "built in"), .init("because", error)]
            )
        }
    }
}
