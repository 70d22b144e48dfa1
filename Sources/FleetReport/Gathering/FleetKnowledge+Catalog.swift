internal import Provisioning
package import ToolchainCore
internal import ToolchainHost

extension FleetKnowledge {
    /// What is known about versions at a time.
    ///
    /// - Parameters:
    ///   - catalog: What is out, and since when; a release without a date says nothing.
    ///   - time: The time.
    ///   - path: The vulnerability list to use instead of the built-in one.
    /// - Throws: ``Failure`` where the list cannot be read or is not valid.
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
