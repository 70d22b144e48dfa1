internal import ArgumentParser
internal import FleetReport
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Shows how this executable was built, and the newest data that this host has.
struct VersionCommand: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Show the version, the build, and the age of the data.",
        discussion: """
            The catalog and the vulnerability data are part of the executable; `catalog update` writes newer \
            ones to the state directory, and the newest are shown. Data that is older than 60 days is \
            stale: newer releases and vulnerabilities may exist.

            `gotoolprov --version` prints only the version.
            """
    )

    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let contents = try contents(in: context)
        switch common.format {
        case .text: context.output.write(table(rows(contents)))
        case .json: context.output.write(document(contents).rendered)
        }
        if contents.catalog.isStale || contents.vulnerabilities.isStale {
            context.note(
                "data older than \(FleetKnowledge.maximumSnapshotAge) days is stale;"
                    + " a newer gotoolprov has newer data, and `gotoolprov catalog update` fetches it"
            )
        }
        return 0
    }

    /// Finds the newest data of this host; a file that cannot be used is ignored.
    private func contents(in context: Context) throws(Failure) -> Contents {
        let time = UTCTime.now
        var lists: [String] = []
        var sites: [UsedSite] = []
        var catalog = try CatalogLibrary.load(adding: [])
        var (updated, file) = (catalog.updated, String?.none)
        do throws(Failure) {
            let host = try HostKnowledge.gathered(from: context.environment)
            host.remarks.forEach(context.note)
            lists = host.vulnerabilityLists
            var paths: [String] = []
            for path in host.catalogs {
                do throws(Failure) {
                    catalog = try CatalogLibrary.load(adding: paths + [path])
                    paths.append(path)
                    if let day = try CatalogLibrary.day(ofFile: path),
                        updated.map({ $0 <= day }) ?? true
                    {
                        (updated, file) = (day, path)
                    }
                } catch {
                    context.note("\(path) is ignored: \(error.onOneLine)")
                }
            }
            sites = try host.keptSites(note: context.note)
            catalog = try CatalogLibrary.load(adding: paths, sites: sites)
        } catch {
            context.note("the state directory is ignored: \(error.onOneLine)")
        }
        let knowledge = try FleetKnowledge(
            of: catalog,
            at: time,
            hostLists: lists,
            sites: sites,
            note: context.note
        )
        return Contents(
            newestGo: GoRequest.latest.best(among: catalog.releases.keys),
            newestDelve: catalog.tools.delve.keys.filter { !$0.isPreRelease }.max(),
            catalog: Age(of: updated, from: file, on: time.day),
            vulnerabilities: Age(
                of: knowledge.vulnerabilities?.snapshot,
                from: knowledge.vulnerabilityFile,
                on: time.day
            )
        )
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
                "file": JSONValue(contents.catalog.file),
                "newestGo": JSONValue(contents.newestGo?.description),
                "newestDelve": JSONValue(contents.newestDelve?.description),
            ],
            "vulnerabilities": [
                "snapshot": JSONValue(contents.vulnerabilities.day?.description),
                "stale": .boolean(contents.vulnerabilities.isStale),
                "file": JSONValue(contents.vulnerabilities.file),
            ],
        ]
    }

    private var platform: String {
        ProgramBuild.architecture.map { GoPlatform($0).description } ?? "linux"
    }
}

extension VersionCommand {
    /// The newest data.
    private struct Contents {
        let newestGo: GoVersion?
        let newestDelve: ToolVersion?
        let catalog: Age
        let vulnerabilities: Age
    }

    /// The day of data, how long ago that was, and where the data is.
    private struct Age {
        let day: CalendarDay?
        let days: Int?
        /// The path of the file, or `nil` for built-in data.
        let file: String?

        init(of day: CalendarDay?, from file: String?, on today: CalendarDay) {
            self.day = day
            self.file = file
            days = day.map { max(0, today.number - $0.number) }
        }

        /// Whether newer data probably exists; the rule that `report` and `fleet` use.
        var isStale: Bool { FleetKnowledge.isStale(age: days) }

        var words: String {
            guard let day, let days else { return "unknown" }
            let age = days == 1 ? "1 day old" : "\(days) days old"
            return "\(day)  (\(age)\(isStale ? ", stale" : ""), \(file ?? "built-in"))"
        }
    }
}
