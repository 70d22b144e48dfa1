internal import ArgumentParser
internal import FleetReport
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Shows how this executable was built and what data it contains.
struct VersionCommand: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Show the version, the build, and the age of built-in data.",
        discussion: """
            The catalog and the vulnerability data are part of the executable. Data that is older than \
            60 days is stale: newer releases and vulnerabilities may exist.

            `gotoolprov --version` prints only the version.
            """
    )

    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let catalog = try CatalogLibrary.load(adding: [])
        let today = UTCTime.now
        let knowledge = try FleetKnowledge(of: catalog, at: today)
        let contents = Contents(
            newestGo: GoRequest.latest.best(among: catalog.releases.keys),
            newestDelve: catalog.tools.delve.keys.filter { !$0.isPreRelease }.max(),
            catalog: Age(of: catalog.updated, on: today.day),
            vulnerabilities: Age(of: knowledge.vulnerabilities?.snapshot, on: today.day)
        )
        switch common.format {
        case .text: context.output.write(table(rows(contents)))
        case .json: context.output.write(document(contents).rendered)
        }
        if contents.catalog.isStale || contents.vulnerabilities.isStale {
            context.note(
                "data older than \(FleetKnowledge.maximumSnapshotAge) days is stale;"
                    + " a newer gotoolprov has newer data"
            )
        }
        return 0
    }

    private func rows(_ contents: Contents) -> [[String]] {
        [
            ["gotoolprov", ProgramIdentity.version],
            ["build", "\(platform), \(ProgramBuild.isStatic ? "static" : "dynamic")"],
            ["inflate", ProgramBuild.inflateLibrary],
            ["OpenSSL", ProgramBuild.openSSLVersion],
            ["catalog", contents.catalog.words],
            ["newest Go", contents.newestGo?.toolchainName ?? "none"],
            ["newest Delve", contents.newestDelve.map { "dlv\($0)" } ?? "none"],
            ["vulnerabilities", contents.vulnerabilities.words],
        ]
    }

    private func document(_ contents: Contents) -> JSONValue {
        [
            "schema": .string(DocumentKind.programVersion.schema),
            "version": .string(ProgramIdentity.version),
            "build": [
                "platform": .string(platform),
                "static": .boolean(ProgramBuild.isStatic),
                "inflate": .string(ProgramBuild.inflateLibrary),
                "openssl": .string(ProgramBuild.openSSLVersion),
            ],
            "catalog": [
                "updated": JSONValue(contents.catalog.day?.description),
                "stale": .boolean(contents.catalog.isStale),
                "newestGo": JSONValue(contents.newestGo?.description),
                "newestDelve": JSONValue(contents.newestDelve?.description),
            ],
            "vulnerabilities": [
                "snapshot": JSONValue(contents.vulnerabilities.day?.description),
                "stale": .boolean(contents.vulnerabilities.isStale),
            ],
        ]
    }

    private var platform: String {
        ProgramBuild.architecture.map { GoPlatform($0).description } ?? "linux"
    }
}

extension VersionCommand {
    /// The built-in data.
    private struct Contents {
        let newestGo: GoVersion?
        let newestDelve: ToolVersion?
        let catalog: Age
        let vulnerabilities: Age
    }

    /// The day of data, and how long ago that was.
    private struct Age {
        let day: CalendarDay?
        let days: Int?

        init(of day: CalendarDay?, on today: CalendarDay) {
            self.day = day
            days = day.map { max(0, today.number - $0.number) }
        }

        /// Whether newer data probably exists; the rule that `report` and `fleet` use.
        var isStale: Bool { FleetKnowledge.isStale(age: days) }

        var words: String {
            guard let day, let days else { return "unknown" }
            let age = days == 1 ? "1 day old" : "\(days) days old"
            return "\(day)  (\(age)\(isStale ? ", stale" : ""))"
        }
    }
}
