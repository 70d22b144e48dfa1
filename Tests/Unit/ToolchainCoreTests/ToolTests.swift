import TestSupport
import Testing

@testable import ToolchainCore

@Suite(.unitLimit)
struct ToolTests {
    /// The catalog in the repository, which is compiled into the program.
    static func catalog() throws -> ToolCatalog {
        let directory = "\(packageDirectory)/Manifests"
        var catalog = ToolCatalog()
        for name in ["delve", "gopls"] {
            let document = try bytes(of: "\(directory)/\(name).json")
            try catalog.add(try Catalog(parsing: document, voucher: .builtIn).tools)
        }
        return catalog
    }

    static func line(_ text: String) throws -> ReleaseLine { try #require(GoVersion(text)).line }

    /// docs/concepts/tools.md has the same table.
    @Test(arguments: [
        ("1.13", "1.6.0"), ("1.14", "1.6.1"), ("1.15", "1.7.3"), ("1.16", "1.9.0"),
        ("1.17", "1.9.1"), ("1.18", "1.21.0"), ("1.19", "1.22.1"), ("1.20", "1.22.1"),
        ("1.21", "1.25.0"), ("1.22", "1.25.2"), ("1.23", "1.25.2"), ("1.24", "1.26.3"),
        ("1.25", "1.27.1"), ("1.26", "1.27.1"), ("1.27", "1.27.1"),
    ])
    func `the newest Delve compatible with a Go is found`(go: String, delve: String) throws {
        let fit = try Self.catalog().delve(for: try Self.line(go), on: .amd64)
        #expect(fit.version.description == delve)
    }

    @Test func `a compatible tool has a reason`() throws {
        let catalog = try Self.catalog()
        #expect(
            try catalog.delve(for: try Self.line("1.22"), on: .amd64).reason
                == "1.25.2 is the newest compatible with go1.22; 1.26.0 requires go1.24 or newer"
        )
        let modern = try catalog.delve(for: try Self.line("1.25"), on: .amd64)
        #expect(modern.oldestBuilder == GoVersion("1.25.0"))
        #expect(!modern.allows(try #require(GoVersion("1.24.11"))))
        #expect(modern.allows(try #require(GoVersion("1.25.0"))))
    }

    /// Since 1.24.2, a Delve built by a Go before 1.25 rejects DWARF 5:
    /// docs/facts/debugging.md#dwarf-5-and-the-go-that-built-delve.
    @Test(arguments: [
        ("1.26.3", "1.24.11", "1.25", true), ("1.26.3", "1.27.3", "1.25", false),
        ("1.26.3", "1.24.11", "1.24", false), ("1.25.0", "1.21.13", "1.21", false),
        ("1.25.0", "1.21.13", "1.25", true), ("1.20.2", "1.19.8", "1.27", true),
        ("1.27.1", "1.27.3", "1.24", true), ("9.9.9", "1.27.3", "1.24", true),
    ])
    func `an incompatible Delve has a reason`(
        delve: String,
        builder: String,
        go: String,
        isRefused: Bool
    ) throws {
        let refusal = try Self.catalog().refusal(
            ofDelve: try #require(ToolVersion(delve)),
            builtBy: GoVersion(builder),
            debugging: try Self.line(go),
            on: .amd64
        )
        #expect((refusal != nil) == isRefused, "\(refusal ?? "")")
    }

    /// With GOEXPERIMENT=nodwarf5, Go writes DWARF 4, and a stripped program has no debug information.
    @Test func `the DWARF version of the program takes precedence over that of its Go`() throws {
        let version = try #require(ToolVersion("1.25.2"))
        for (dwarf, isRefused) in [(Int?.none, true), (5, true), (4, false), (0, false)] {
            let refusal = try Self.catalog().refusal(
                ofDelve: version,
                builtBy: GoVersion("1.22.10"),
                debugging: Self.line("1.25"),
                dwarfVersion: dwarf,
                on: .amd64
            )
            #expect((refusal != nil) == isRefused, "\(refusal ?? "")")
        }
    }

    @Test func `the compatibility of a Delve without a range is unknown`() throws {
        let catalog = try Self.catalog()
        let version = try #require(
            catalog.delve.values.filter { $0.accepts == nil }.map(\.version).max()
        )
        let compatibility = Compatibility(catalog, on: .amd64)
        let newest = try #require(GoVersion("1.27.0"))
        for version in [version, try #require(ToolVersion("99.0.0"))] {
            let verdict = compatibility.verdict(delve: version, builtBy: nil, debugging: newest)
            #expect(verdict == .unknown(reason: "has no Go version range in the catalog"))
        }
        let known = try catalog.delve(for: Self.line("1.27"), on: .amd64).version
        for (go, isCompatible) in [("1.27.0", true), ("1.2", false)] {
            let verdict = compatibility.verdict(
                delve: known,
                builtBy: nil,
                debugging: try #require(GoVersion(go))
            )
            #expect(verdict.isCompatible == isCompatible)
            #expect((verdict.reason == nil) == isCompatible)
        }
        #expect(compatibility.verdict(delve: nil, builtBy: nil, debugging: newest).reason != nil)
        do {
            _ = try catalog.delve(version, for: Self.line("1.27"), on: .amd64)
            Issue.record("nothing says that it fits")
        } catch let error as NoCompatibleVersion {
            #expect(error.isUnknown)
            #expect(error.reason.contains("does not record"), "\(error)")
            #expect(error.nearest == "1.27.1 is compatible with go1.27")
        }
    }

    @Test func `without a compatible version, the nearest is reported`() throws {
        let catalog = try Self.catalog()
        let future = #expect(throws: NoCompatibleVersion.self) {
            try catalog.delve(for: try Self.line("1.99"), on: .amd64)
        }
        #expect(future?.nearest == "1.27.1, which is compatible with go1.25 to go1.27")
        let arm = #expect(throws: NoCompatibleVersion.self) {
            try catalog.delve(for: try Self.line("1.24"), on: .arm)
        }
        #expect(arm?.reason == "Delve does not support linux/arm")
        let wrong = #expect(throws: NoCompatibleVersion.self) {
            try catalog.delve(
                try #require(ToolVersion("1.26.3")),
                for: try Self.line("1.21"),
                on: .amd64
            )
        }
        #expect(wrong?.nearest == "1.25.0 is compatible")
        // Delve on riscv64 only debugs programs of Go 1.24 and newer.
        #expect(throws: NoCompatibleVersion.self) {
            try catalog.delve(for: try Self.line("1.23"), on: .riscv64)
        }
    }

    /// docs/facts/debugging.md#delve-ports.
    @Test func `experimental ports require their build tag`() throws {
        let catalog = try Self.catalog()
        func tag(_ version: String, _ architecture: GoArchitecture) throws -> String? {
            let release = catalog.delve[try #require(ToolVersion(version))]
            return try #require(release).tag(for: architecture)
        }
        #expect(try tag("1.27.1", .riscv64) == "exp.linuxriscv64")
        #expect(try tag("1.26.0", .riscv64) == nil)
        #expect(try tag("1.25.2", .ppc64le) == "exp.linuxppc64le")
        #expect(try tag("1.26.0", .ppc64le) == nil)
        #expect(try tag("1.27.1", .amd64) == nil)
    }

    /// docs/facts/debugging.md#gopls-and-go-versions.
    @Test(arguments: [
        ("1.12", "0.7.5"), ("1.15", "0.9.5"), ("1.17", "0.11.0"), ("1.18", "0.14.2"),
        ("1.21", "0.17.1"), ("1.23", "0.20.0"), ("1.24", "0.21.1"), ("1.27", "0.23.0"),
    ])
    func `the newest gopls that works with a Go is found`(go: String, gopls: String) throws {
        #expect(
            try Self.catalog().gopls(for: try Self.line(go)).version.description == gopls
        )
    }

    @Test func `a Delve without a version is identified by its hash`() throws {
        // Debian's delve 1.20.2 prints this: docs/facts/debugging.md#identifying-a-delve-executable.
        let blob = "e0c278ad8e0126a312b553b8e171e81bcbd37f60"
        #expect(try Self.catalog().delveVersion(ofBlob: blob)?.description == "1.20.2")
        #expect(try Self.catalog().delveVersion(ofBlob: "0") == nil)
    }

    @Test(arguments: [
        "dlv1.25.0-go1.21.13", "staticcheck2024.1.1-go1.27.3",
        "gopls0.17.0-pre.1-go1.24rc1",
    ])
    func `the name of a tool's directory survives a round trip`(name: String) throws {
        #expect(try #require(ToolBuild(name: name)).name == name)
        #expect(Installation(name: name)?.name == name)
    }

    @Test(arguments: [
        "", "dlv", "dlv1.25.0", "dlv-go1.21.13", "dlv1.25.0-go1.21", "go1.21.13",
        "go1.21.13-go1.21.13",
        "DLV1.25.0-go1.21.13", "dlv1.25.0-go1.21.13/x", "dlv01.2.3-go1.21.13",
        "../x1.2.3-go1.21.13",
        "dlv1.25.0-go1.20.0", "current", "dlv1.25.0-go1.21.13.5",
    ])
    func `other names are rejected`(name: String) {
        #expect(ToolBuild(name: name) == nil)
    }

    @Test func `tool versions are ordered`() throws {
        let texts = [
            "0.9.5", "0.17.0-pre.1", "0.17.0", "0.17.1", "1.6.0", "1.9.1", "1.20.0", "1.25.0",
            "2024.1.1",
        ]
        let versions = texts.compactMap { ToolVersion($0) }
        #expect(versions.map(\.description) == texts)
        #expect(versions == versions.shuffled().sorted())
        for text in ["", "1", "v", "1..2", "1.2.", "1.02", "1.2.3.4.5", "1.2-", "1.2_3", "x1.2"] {
            #expect(ToolVersion(text) == nil, "\(text)")
        }
    }

    @Test(arguments: [
        ("dlv", "dlv"), ("dlv@latest", "dlv"), ("dlv@1.25.0", "dlv@1.25.0"),
        ("dlv@v1.25.0", "dlv@1.25.0"), ("gopls@0.17.0-pre.1", "gopls@0.17.0-pre.1"),
    ])
    func `requests for tools are parsed`(text: String, meaning: String) throws {
        #expect(ToolRequest.isForTool(text))
        #expect(try ToolRequest(parsing: text).description == meaning)
    }

    @Test(arguments: [
        "go", "go1.21", "go@latest", "latest", "1.21.13", "go>=1.21", "", "tip", "@1",
    ])
    func `what asks for a Go asks for no tool`(text: String) {
        #expect(!ToolRequest.isForTool(text))
    }

    @Test(arguments: ["dlv@", "dlv@x", "dlv@1", "dlv@1.2@3"])
    func `a tool's version has to be one`(text: String) {
        #expect(throws: GoRequest.Rejection.self) { try ToolRequest(parsing: text) }
    }

    @Test func `docs/concepts/tools.md has the table that the data gives`() throws {
        let catalog = try Self.catalog()
        var rows = """
            | programs of | DWARF | Delve | built by | gopls | why this Delve |
            | --- | --- | --- | --- | --- | --- |

            """
        for minor in 13...27 {
            let line = try Self.line("1.\(minor)")
            let delve = try catalog.delve(for: line, on: .amd64)
            let gopls = try catalog.gopls(for: line)
            rows +=
                "| go\(line) | \(line.dwarfVersion) | \(delve.version)"
                + " | go\(delve.oldestBuilder) or newer | \(gopls.version) | \(delve.reason) |\n"
        }
        let path = "\(packageDirectory)/docs/concepts/tools.md"
        let document = String(decoding: try bytes(of: path), as: UTF8.self)
        let isThere = document.split(separator: "\n\n", omittingEmptySubsequences: true)
            .contains { $0 + "\n" == rows[...] }
        #expect(isThere, "the table should be\n\(rows)")
    }
}
