import TestSupport
import Testing
import ToolchainCore

@testable import BinaryInspection

/// Programs that real Go toolchains build, against what `go version -m` and readelf say of them.
///
/// GOTOOLPROV_TEST_GO_TREES names a folder with a Go tree per version: `1.21.13/bin/go`.
@Suite(
    .enabled(if: testVariable("GOTOOLPROV_TEST_GO_TREES") != nil, "needs a folder of Go trees"),
    .serialized,
    .timeLimit(.minutes(60))
)
struct RealBuildTests {
    static let versions: [String] = {
        guard let trees = testVariable("GOTOOLPROV_TEST_GO_TREES") else { return [] }
        return ["1.21.13", "1.24.11", "1.27.3"].filter {
            succeeds("\(trees)/\($0)/bin/go", ["version"])
        }
    }()
    static let hasCompiler = succeeds("/usr/bin/gcc", ["--version"])
    /// This host's binutils know no other machine.
    static let hasBinutils = succeeds("/usr/bin/objcopy", ["--version"])

    /// A build and what is to be said of it.
    struct Row {
        let name: String
        var flags: [String] = []
        var variables: [String: String] = [:]
        var app = "app"
        /// A shell command to run on `$1` afterwards.
        var after: String?
        let verdict: BinaryReport.Verdict
        var isTrimmed = false
        var needsCompiler = false
    }

    static let full = "-gcflags=all=-N -l"
    static let rows: [Row] = [
        Row(name: "default", verdict: .optimised),
        Row(name: "full", flags: [full], verdict: .full),
        Row(name: "mainonly", flags: ["-gcflags=-N -l"], verdict: .optimised),
        Row(name: "w", flags: ["-ldflags=-w"], verdict: .lineOnly),
        Row(name: "s", flags: ["-ldflags=-s"], verdict: .lineOnly),
        Row(name: "trimpath", flags: ["-trimpath"], verdict: .optimised, isTrimmed: true),
        Row(name: "trimfull", flags: ["-trimpath", full], verdict: .full, isTrimmed: true),
        Row(
            name: "trimstripped",
            flags: ["-trimpath", "-ldflags=-s -w"],
            verdict: .lineOnly,
            isTrimmed: true
        ),
        Row(name: "plain", flags: [full, "-ldflags=-compressdwarf=false"], verdict: .full),
        Row(name: "pie", flags: ["-buildmode=pie", full], verdict: .full),
        Row(name: "piestripped", flags: ["-buildmode=pie", "-ldflags=-s"], verdict: .lineOnly),
        Row(name: "strip", flags: [full], after: "strip \"$1\"", verdict: .lineOnly),
        Row(
            name: "split",
            flags: [full],
            after: """
                objcopy --only-keep-debug "$1" "$1.debug" && strip --strip-debug "$1" \
                && cd "$(dirname "$1")" && objcopy --add-gnu-debuglink="$1.debug" "$1"
                """,
            verdict: .split
        ),
        Row(
            name: "arm64",
            flags: [full],
            variables: ["GOARCH": "arm64"],
            verdict: .wrongArchitecture
        ),
        Row(name: "386", flags: [full], variables: ["GOARCH": "386"], verdict: .wrongArchitecture),
        Row(
            name: "riscv64",
            flags: [full],
            variables: ["GOARCH": "riscv64"],
            verdict: .wrongArchitecture
        ),
        Row(
            name: "cgo",
            flags: [full],
            variables: ["CGO_ENABLED": "1"],
            app: "cgoapp",
            verdict: .full,
            needsCompiler: true
        ),
        Row(
            name: "cgostripped",
            flags: ["-ldflags=-s"],
            variables: ["CGO_ENABLED": "1"],
            app: "cgoapp",
            verdict: .none,
            needsCompiler: true
        ),
        Row(
            name: "race",
            flags: ["-race", full],
            variables: ["CGO_ENABLED": "1"],
            verdict: .full,
            needsCompiler: true
        ),
        Row(
            name: "test",
            flags: [full],
            verdict: .full
        ),
    ]

    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for app in ["app", "cgoapp"] {
            try folder.write("\(app)/go.mod", "module example.com/\(app)\n\ngo 1.21\n")
        }
        try folder.write(
            "app/cmd/hello/main.go",
            """
            package main

            import (
            \t"fmt"
            \t"os"

            \t"example.com/app/sum"
            )

            func main() { fmt.Println("hello", sum.UpTo(len(os.Args))) }
            """
        )
        try folder.write(
            "app/sum/sum.go",
            """
            package sum

            func UpTo(n int) int {
            \ttotal := 0
            \tfor i := 0; i < n; i++ {
            \t\tif i%3 != 1 {
            \t\t\ttotal += i * n
            \t\t\tdefer println(total)
            \t\t}
            \t}
            \treturn total
            }
            """
        )
        try folder.write(
            "app/sum/sum_test.go",
            "package sum\n\nimport \"testing\"\n\nfunc TestUpTo(t *testing.T) { UpTo(3) }\n"
        )
        try folder.write(
            "cgoapp/cmd/hello/main.go",
            """
            package main

            // static int twice(int x) { return 2 * x; }
            import "C"

            import "fmt"

            func main() { fmt.Println(C.twice(21)) }
            """
        )
    }

    func environment(_ version: String, _ row: Row) throws -> [String: String] {
        let trees = try #require(testVariable("GOTOOLPROV_TEST_GO_TREES"))
        let cache = testVariable("GOTOOLPROV_TEST_GO_CACHE") ?? "\(folder.path)/cache"
        var environment = baseEnvironment
        environment.merge(
            [
                "HOME": folder.path, "GOCACHE": cache, "GOROOT": "\(trees)/\(version)",
                "GOPROXY": "off", "GOTOOLCHAIN": "local", "GOFLAGS": "", "CGO_ENABLED": "0",
                "GOARCH": hostArchitecture,
            ].merging(row.variables) { $1 }
        ) { $1 }
        return environment
    }

    @Test(arguments: versions)
    func `the verdict is that of the table`(version: String) async throws {
        let host = try #require(GoArchitecture(rawValue: hostArchitecture))
        for row in Self.rows where Self.hasCompiler || !row.needsCompiler {
            guard Self.hasBinutils || row.after == nil, row.variables["GOARCH"] != host.rawValue
            else { continue }
            let environment = try environment(version, row)
            let go = "\(environment["GOROOT"] ?? "")/bin/go"
            let path = "\(folder.path)/built/\(row.name)"
            let isTest = row.name == "test"
            try await run(
                go,
                (isTest ? ["test", "-c"] : ["build"]) + row.flags
                    + ["-o", path, isTest ? "./sum" : "./cmd/hello"],
                environment: environment,
                in: "\(folder.path)/\(row.app)"
            ).expectSuccess()
            if let after = row.after {
                try await run("sh", ["-ec", after, "sh", path]).expectSuccess()
            }
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
                let root = "\(folder.path)/\(row.app)"
                let below = isTest ? "/sum" : "/cmd/hello"
                let module = "example.com/\(row.app)"
                // Go 1.21 tells of a test's build its version and nothing else.
                let isTold = report.buildInfo?.packagePath != nil
                let source = (row.isTrimmed ? module : root) + below
                #expect(report.sourceFolder == (isTold ? source : nil), context)
                #expect(
                    report.moduleFolder == (isTold && !row.isTrimmed ? root : nil),
                    context
                )
                let isOld = version.hasPrefix("1.21") || version.hasPrefix("1.24")
                #expect(report.debugging?.version == (isOld ? 4 : 5), context)
            }
            try await compare(report, with: go, environment, context)
            try await compareWithReadelf(report, context)
            try Self.damage(path, report.verdict, host: host)
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
        #expect(result.output == lines.joined(separator: "\n") + "\n", context)
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
        #expect(output.contains(interpreter ?? "There is no dynamic section in this file"), context)
        #expect(report.elf.isStatic || report.elf.interpreter != nil)
        for library in report.elf.neededLibraries {
            #expect(output.contains("Shared library: [\(library)]"), context)
        }
        if report.debugging?.splitFile == nil, let debugging = report.debugging {
            let line = output.split(separator: "\n").first { $0.contains(" .debug_info ") }
            #expect(line?.contains(" C ") == debugging.isCompressed, context)
        }
    }

    /// Cuts the program short at many places, and changes it at many others.
    private static func damage(
        _ path: String,
        _ verdict: BinaryReport.Verdict,
        host: GoArchitecture
    ) throws {
        let bytes = try bytes(of: path)
        let clock = ContinuousClock()
        var chance = DamageTests.Chance(state: 7)
        for step in 0..<20 {
            let cut = BinaryFile(bytes: Array(bytes.prefix(bytes.count * step / 20)), path: path)
            let found = try? BinaryReport(cut, host: host).verdict
            #expect(
                found == nil || found == .unknown || found == .wrongArchitecture,
                "\(path) cut at \(step)/20"
            )
            let changed = BinaryFile(bytes: DamageTests.changed(bytes, &chance), path: path)
            let start = clock.now
            let other = try? BinaryReport(changed, host: host).verdict
            #expect(clock.now - start < .seconds(5))
            if verdict != .full, verdict != .split { #expect(other != .full) }
        }
    }
}
