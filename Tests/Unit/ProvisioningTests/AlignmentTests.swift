import HostInspection
import TestSupport
import Testing
import ToolchainCore

@testable import Provisioning

/// The actions that `status` reports for a plan.
@Suite(.unitLimit)
struct AlignmentTests {
    static func installation(
        _ version: String,
        at root: String = "/home/dev/sdk",
        in directory: TemporaryDirectory
    ) throws -> GoInstallation {
        let place = "\(root)/go\(version)".dropFirst()
        try directory.write("\(place)/VERSION", "go\(version)")
        try directory.write("\(place)/go.env", "")
        try directory.write("\(place)/.unpacked-success", "")
        let program = [UInt8]("\u{7F}ELF\u{2}\u{1}".utf8) + [UInt8](repeating: 0, count: 12) + [62]
        try directory.write(
            "\(place)/bin/go",
            program + [UInt8](repeating: 0, count: 120 - program.count),
            mode: 0o755
        )
        return try #require(
            GoInstallation(
                at: "/\(place)",
                host: GoPlatform(.amd64),
                home: nil,
                in: RootedFiles(root: directory.path)
            )
        )
    }

    @Test(
        arguments: [
            ("go1.21.0", false, [], "install", "1.21.0"),
            ("go1.21.0", false, ["1.21.0"], "keep", "1.21.0"),
            ("go1.21.0", false, ["1.22.0"], "side-by-side", "1.21.0"),
            ("go1.21.0", true, ["1.22.0"], "keep", "1.22.0"),
            ("go1.21.0", true, ["1.20.14"], "upgrade", "1.27.3"),
            ("go1.21", false, ["1.21.5"], "upgrade", "1.21.13"),
            ("go1.21", false, ["1.21.13"], "keep", "1.21.13"),
            ("go1.21", false, ["1.20.1", "1.22.0"], "side-by-side", "1.21.13"),
            ("go1.21", true, ["1.21.5"], "keep", "1.21.5"),
            ("go@latest", false, ["1.27.1"], "upgrade", "1.27.3"),
            ("go@latest", false, ["1.27.3"], "keep", "1.27.3"),
            ("go>=1.22", false, ["1.21.0"], "upgrade", "1.27.3"),
            // `ensure` does not vouch for foreign installations.
            ("go>=1.22", false, ["/usr/lib/go1.23.1"], "side-by-side", "1.27.3"),
            ("go1.23.1", false, ["/usr/lib/go1.23.1"], "blocked", "1.23.1"),
            ("go1.21.0", false, ["/usr/lib/go1.21.0"], "side-by-side", "1.21.0"),
            ("go1.99.0", false, ["1.21.0"], "blocked", "1.99.0"),
            ("go1.26", false, [], "blocked", nil),
            // Something else occupies the path, or files are missing.
            ("go1.21.0", false, ["?1.21.0"], "blocked", "1.21.0"),
            ("go1.21.0", false, ["!1.21.0"], "repair", "1.21.0"),
            ("go1.20.14", false, ["1.21.0"], "blocked", "1.20.14"),
            ("go1.20.14", false, ["1.20.14"], "keep", "1.20.14"),
        ] as [(String, Bool, [String], String, String?)]
    )
    func `each request has an action and a reason`(
        text: String,
        isMinimum: Bool,
        found: [String],
        action: String,
        version: String?
    ) throws {
        let directory = try TemporaryDirectory(inMemory: true)
        var host = try GoPlannerTests.Host()
        var installations: [GoInstallation] = []
        for entry in found {
            let name = String(entry.drop { "!?".contains($0) })
            if entry.hasPrefix("!") {
                host.trees[name] = .incomplete(try GoPlannerTests.receipt(name), reason: "x")
            } else if entry.hasPrefix("?") {
                host.trees[name] = .unknown(reason: "x")
            } else if entry.hasPrefix("/usr/lib/go") {
                installations.append(
                    try Self.installation(String(name.dropFirst(11)), at: "/usr/lib", in: directory)
                )
            } else {
                host.trees[name] = .installed(try GoPlannerTests.receipt(name))
                host.launchers.insert(name)
                installations.append(try Self.installation(name, in: directory))
            }
        }
        let parsed = try GoPlannerTests.request(text)
        let request = Manifest.Request(
            text: text,
            version: isMinimum ? parsed.version.orNewer : parsed.version
        )
        let step = Alignment(
            request,
            source: "arguments",
            plan: host.planner.steps(for: [request])[0],
            found: installations,
            incompatibility: { $0.description == "1.20.14" ? "needs glibc" : nil }
        )
        #expect(step.action.rawValue == action && step.version == version, "\(step)")
        #expect(!step.reason.isEmpty && step.request == text)
    }

    @Test func `an installed Go without a launcher is kept and gets one`() throws {
        var host = try GoPlannerTests.Host(having: ["1.21.0"])
        host.launchers = []
        let request = try GoPlannerTests.request("go1.21.0")
        let step = Alignment(
            request,
            source: "arguments",
            plan: host.planner.steps(for: [request])[0],
            found: [],
            incompatibility: { _ in nil }
        )
        #expect(step.action == .keep && step.reason.contains("launcher would be written"))
    }

    @Test(
        arguments: [
            ("1.25.0", [], "install"), ("1.27.1", ["1.25.0"], "upgrade"),
            ("1.25.0", ["1.27.1"], "side-by-side"), ("1.25.0", [nil], "side-by-side"),
            ("1.25.0", ["1.27.1", "1.9.1"], "upgrade"),
        ] as [(String, [String?], String)]
    )
    func `installing a tool leaves other versions unchanged`(
        version: String,
        found: [String?],
        action: String
    ) {
        let step = Alignment.toInstall(
            tool: "dlv",
            request: "dlv",
            source: "arguments",
            version: version,
            reason: "it is compatible",
            found: found.map {
                FoundTool(path: "/b/dlv", tool: "dlv", version: $0, builtWith: nil)
            }
        )
        #expect(step.action.rawValue == action && step.version == version, "\(step)")
        #expect(step.reason.hasPrefix("it is compatible"))
        #expect(step.reason.contains("is kept") == !found.isEmpty)
    }
}
