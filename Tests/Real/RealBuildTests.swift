import TestSupport
import Testing
import ToolchainCore

@testable import BinaryInspection

/// Programs built by real Go toolchains, compared with the output of `go version -m` and readelf.
@Suite(
    .enabled(if: RealBuilds.areEnabled, "Scripts/test provides the Go trees"),
    .serialized,
    .compilerLimit
)
struct RealBuildTests {
    @Test(arguments: RealBuilds.versions)
    func `each program has the verdict in the table`(version: String) async throws {
        let host = try #require(GoArchitecture(rawValue: hostArchitecture))
        let builds = try RealBuilds()
        for row in RealBuilds.possible {
            let path = try await builds.build(row, by: version)
            let environment = try builds.environment(version, row)
            let go = "\(environment["GOROOT"] ?? "")/bin/go"
            let isTest = row.name == "test"
            let report = try BinaryReport(BinaryFile.opening(path), host: host)
            let context: Comment = "\(version) \(row.name): \(report.reasons)"
            #expect(report.verdict == row.verdict, context)
            #expect(report.elf.damage.isEmpty, context)
            #expect(report.goVersion?.description == version, context)
            if report.buildInfo?.packagePath != nil {
                #expect(report.isTrimmed == (row.isTrimmed ? .yes : .no), context)
            } else {
                #expect(isTest && report.isTrimmed == .unknown, context)
            }
            #expect(report.isRaceEnabled == (row.name == "race" ? .yes : .no), context)
            #expect(report.usesCgo == (row.needsCompiler ? .yes : .no), context)
            #expect(report.elf.isPIE == row.name.hasPrefix("pie"), context)
            if report.debugging != nil {
                let root = "\(builds.directory.path)/\(row.app)"
                let module = row.buildsFile ? "." : "example.com/\(row.app)\(row.subdirectory)"
                // For a test, Go 1.21 records only its version.
                let isRecorded = report.buildInfo?.packagePath != nil
                let source = row.isTrimmed ? module : root + row.subdirectory
                #expect(report.sourceDirectory == (isRecorded ? source : nil), context)
                let directory = report.buildInfo?.module == nil ? source : root
                #expect(
                    report.moduleDirectory == (isRecorded && !row.isTrimmed ? directory : nil),
                    context
                )
                let rules = report.substitutions { _ in nil }.map(\.to)
                if row.name == "filetrim" {
                    #expect(rules == ["main.go", "example.com/app"], context)
                }
                let isOld = version.hasPrefix("1.21") || version.hasPrefix("1.24")
                #expect(report.debugging?.version == (isOld ? 4 : 5), context)
            }
            try await compare(report, with: go, environment, context)
            try await compareWithReadelf(report, context)
            try Self.damage(path, report.verdict, host: host)
        }
    }

    /// Delve 1.24.0 supports both of these versions, and warns if a function is optimized or debug
    /// information is missing.
    @Test(
        .enabled(
            if: testVariable("GOTOOLPROV_TEST_MIRROR") != nil,
            "Scripts/test provides its source"
        ),
        arguments: ["1.21.13", "1.24.11"]
    )
    func `Delve agrees with the verdict`(version: String) async throws {
        let builds = try RealBuilds()
        let delve = try await builds.delve(by: "1.24.11")
        // Delve starts a 386 program on amd64, misreads its state and hangs.
        for row in RealBuilds.possible where row.name != "test" && row.name != "386" {
            let path = try await builds.build(row, by: version)
            let place = row.function
            let commands = try builds.directory.write(
                "commands",
                "break \(place)\ncontinue\nexit\n"
            )
            let result = try await run(
                delve,
                ["exec", "--allow-non-terminal-interactive=true", "--init", commands, path],
                environment: try builds.environment(version, row)
            )
            let output = result.output + result.error
            let context: Comment = "\(version) \(row.name): \(output)"
            let isStopped = output.contains("> [Breakpoint 1] \(place)()")
            let isOptimized = output.contains("Warning: debugging optimized function")
            let isWithoutInformation = output.contains("Warning: no debug info found")
            switch row.verdict {
            case .full, .split:
                #expect(isStopped && !isOptimized && !isWithoutInformation, context)
            case .optimized: #expect(isStopped && isOptimized && !isWithoutInformation, context)
            case .lineOnly: #expect(isStopped && isWithoutInformation, context)
            case .none where row.name == "library":
                #expect(output.contains("not an executable file"), context)
            case .none: #expect(!isStopped && isWithoutInformation, context)
            case .wrongArchitecture: #expect(!isStopped, context)
            case .notGo, .unknown: Issue.record("no row has this verdict")
            }
        }
    }

    private func compare(
        _ report: BinaryReport,
        with go: String,
        _ environment: [String: String],
        _ context: Comment
    ) async throws {
        let info = try #require(report.buildInfo, context)
        let result = try await run(go, ["version", "-m", report.path], environment: environment)
        try result.expectSuccess()
        var lines = ["\(report.path): \(info.versionText)"]
        if let path = info.packagePath { lines.append("\tpath\t\(path)") }
        if let module = info.module {
            lines.append("\tmod\t\(module.path)\t\(module.version)\t\(module.sum ?? "")")
        }
        for setting in info.settings {
            let isQuoted = setting.value.contains(" ")
            let value = isQuoted ? "\"\(setting.value)\"" : setting.value
            lines.append("\tbuild\t\(setting.key)=\(value)")
        }
        let output = result.output.split(byte: "\n")
        #expect(output.filter { !$0.hasPrefix("\tdep\t") } == lines, context)
        #expect(output.count { $0.hasPrefix("\tdep\t") } == info.dependencyCount, context)
    }

    private func compareWithReadelf(_ report: BinaryReport, _ context: Comment) async throws {
        let result = try await run("readelf", ["-SldW", report.path])
        try result.expectSuccess()
        let output = result.output
        let sections = report.elf.sectionNames
        for name in [".symtab", ".debug_info", ".gopclntab", ".go.buildinfo", ".gnu_debuglink"] {
            #expect(output.contains(" \(name) ") == sections.contains(name), context)
        }
        #expect(report.hasSymbolTable == sections.contains(".symtab"), context)
        let interpreter = report.elf.interpreter.map { "interpreter: \($0)]" }
        if !report.elf.isLibrary {
            let expected = interpreter ?? "There is no dynamic section in this file"
            #expect(output.contains(expected), context)
            #expect(report.elf.isStatic || report.elf.interpreter != nil)
        }
        for library in report.elf.neededLibraries {
            #expect(output.contains("Shared library: [\(library)]"), context)
        }
        if report.debugging?.splitFile == nil, let debugging = report.debugging {
            let line = output.split(separator: "\n").first { $0.contains(" .debug_info ") }
            #expect(line?.contains(" C ") == debugging.isCompressed, context)
        }
    }

    /// Truncates the program at many places, and changes it at many others.
    private static func damage(
        _ path: String,
        _ verdict: BinaryReport.Verdict,
        host: GoArchitecture
    ) throws {
        let bytes = try bytes(of: path)
        let clock = ContinuousClock()
        var random = SeededGenerator(seed: 7)
        for step in 0..<20 {
            let cut = BinaryFile(bytes: Array(bytes.prefix(bytes.count * step / 20)), path: path)
            let found = try? BinaryReport(cut, host: host).verdict
            #expect(
                found == nil || found == .unknown || found == .wrongArchitecture,
                "\(path) cut at \(step)/20"
            )
            let changed = BinaryFile(bytes: damaged(bytes, using: &random), path: path)
            let start = clock.now
            let other = try? BinaryReport(changed, host: host).verdict
            #expect(clock.now - start < .seconds(5))
            if verdict != .full, verdict != .split { #expect(other != .full) }
        }
    }
}
