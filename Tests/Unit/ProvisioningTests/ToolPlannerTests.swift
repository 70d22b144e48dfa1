import TestSupport
import Testing
import ToolchainCore

@testable import Provisioning

/// The plans of `ensure` for a tool, as a table that uses the built-in catalog and no files.
@Suite(.unitLimit)
struct ToolPlannerTests {
    /// The facts about a host that a plan depends on.
    struct Host {
        var toolchains: [String] = []
        var tools: [String] = []
        var links: Set<String> = []
        /// The archives in the cache or in a mirror directory.
        var local: Set<String> = []
        var mayAskServers = true

        func steps(_ request: String, for targets: [String]) throws -> [String] {
            let planner = ToolPlanner(
                stock: ToolStock(
                    catalog: try CatalogLibrary.load(adding: []),
                    installed: tools.compactMap { ToolBuild(name: $0) },
                    toolchains: toolchains.compactMap { GoVersion($0) },
                    hasLink: { build throws(Failure) in links.contains(build.shortName) },
                    sources: { pin throws(Failure) in
                        guard mayAskServers || local.contains(pin.fileName) else {
                            throw Failure(.unavailable, "no source has \(pin.fileName)")
                        }
                        var source = ArchiveSource(pin: pin, path: "/cache/\(pin.fileName)")
                        if !local.contains(pin.fileName) {
                            source.address = try? WebAddress(parsing: "https://mirror.example/a")
                        }
                        return [source]
                    },
                    toolchain: { version throws(Failure) in
                        GoStep(
                            request: Manifest.Request(
                                text: version.toolchainName,
                                version: .exactly(version)
                            ),
                            version: version,
                            change: .tree,
                            missing: nil,
                            source: nil,
                            cooling: nil,
                            sources: [],
                            unpinned: []
                        )
                    },
                    mayAskServers: mayAskServers
                ),
                platform: GoPlatform(.amd64)
            )
            let request = try ToolRequest(parsing: request)
            do throws(Failure) {
                return try planner.steps(
                    for: request,
                    targets: targets.compactMap { GoVersion($0) }
                ).map { step in
                    switch step.change {
                    case .nothing: "\(step.build.name) keep"
                    case .link: "\(step.build.name) link"
                    case .archive: "\(step.build.name) archive"
                    case .source(_, builder: nil): "\(step.build.name) build"
                    case .source(_, let builder?):
                        "\(step.build.name) build after \(builder.version.toolchainName)"
                    }
                }
            } catch {
                return ["\(error.kind)"]
            }
        }
    }

    @Test func `a compatible Delve is kept even if catalogs list a newer one`() throws {
        let host = Host(
            toolchains: ["1.27.3"],
            tools: ["dlv1.27.1-go1.27.3"],
            links: ["dlv1.27.1"],
            mayAskServers: false
        )
        #expect(try host.steps("dlv", for: ["1.27.3"]) == ["dlv1.27.1-go1.27.3 keep"])
    }

    @Test func `an installed tool without its link gets only the link`() throws {
        let host = Host(toolchains: ["1.27.3"], tools: ["dlv1.27.1-go1.27.3"])
        #expect(try host.steps("dlv@1.27.1", for: ["1.27.3"]) == ["dlv1.27.1-go1.27.3 link"])
    }

    @Test func `a Delve is built by its target Go`() throws {
        let host = Host(toolchains: ["1.25.4", "1.27.3"])
        #expect(try host.steps("dlv@1.27.1", for: ["1.25.4"]) == ["dlv1.27.1-go1.25.4 build"])
    }

    @Test func `a Go is installed first if none can build the tool`() throws {
        #expect(
            try Host().steps("dlv@1.27.1", for: ["1.25.4"])
                == ["dlv1.27.1-go1.25.4 build after go1.25.4"]
        )
        // An older Go than the build requires does not count.
        #expect(
            try Host(toolchains: ["1.21.13"]).steps("dlv@1.27.1", for: ["1.25.4"])
                == ["dlv1.27.1-go1.25.4 build after go1.25.4"]
        )
    }

    @Test func `a Go installed to build one Delve also builds the next`() throws {
        let steps = try Host().steps("dlv", for: ["1.27.3", "1.20.14"])
        #expect(
            steps == [
                "dlv1.27.1-go1.25.14 build after go1.25.14", "dlv1.22.1-go1.25.14 build",
            ]
        )
    }

    @Test func `offline, the newest compatible Delve with a local source is built`()
        throws
    {
        var host = Host(toolchains: ["1.27.3"], mayAskServers: false)
        #expect(try host.steps("dlv", for: ["1.27.3"]) == ["unavailable"])
        host.local = ["v1.27.0.tar.gz"]
        #expect(try host.steps("dlv", for: ["1.27.3"]) == ["dlv1.27.0-go1.27.3 build"])
    }

    @Test func `several Go versions may require several Delves`() throws {
        let host = Host(toolchains: ["1.21.13", "1.27.3"])
        let steps = try host.steps("dlv", for: ["1.21.13", "1.27.3"])
        #expect(steps.count == 2)
        #expect(Set(steps.compactMap { $0.split(separator: " ").last }) == ["build"])
    }

    @Test func `a tool that no catalog lists is not planned`() throws {
        #expect(try Host().steps("staticcheck@0.5.0", for: ["1.27.3"]) == ["usage"])
    }
}
