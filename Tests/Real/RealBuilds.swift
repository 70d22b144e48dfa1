import TestSupport
import Testing

@testable import BinaryInspection

/// Programs that real Go toolchains build in different ways, with the expected verdicts.
///
/// GOTOOLPROV_TEST_GO_TREES names a directory with a Go tree per version: `go1.21.13/bin/go`.
struct RealBuilds {
    static let areEnabled = testVariable("GOTOOLPROV_TEST_GO_TREES") != nil
    static let versions = ["1.21.13", "1.24.11", "1.27.3"]
    static let hasCompiler = succeeds("/usr/bin/gcc", ["--version"])
    /// This host's binutils support no other architecture.
    static let hasBinutils = succeeds("/usr/bin/objcopy", ["--version"])

    /// A build and the expected verdict.
    struct Row {
        let name: String
        var flags: [String] = []
        var variables: [String: String] = [:]
        var app = "app"
        /// The package or file to build.
        var target = "./cmd/hello"
        /// A shell command to run on `$1` afterwards.
        var after: String?
        let verdict: BinaryReport.Verdict
        var isTrimmed = false
        var needsCompiler = false

        /// Whether a file instead of a package is built.
        var buildsFile: Bool { target.hasSuffix(".go") }
        /// The path of the main or the tested package, relative to the app's directory.
        var subdirectory: String { name == "test" ? "/sum" : name == "work" ? "" : "/cmd/hello" }
        /// A function outside the main package, if there is one.
        var function: String {
            switch app {
            case "cgoapp": "main.main"
            case "work/a": "example.com/b.UpTo"
            default: "example.com/app/sum.UpTo"
            }
        }
    }

    static let full = "-gcflags=all=-N -l"
    static let rows: [Row] = [
        Row(name: "default", verdict: .optimized),
        Row(name: "full", flags: [full], verdict: .full),
        Row(name: "mainonly", flags: ["-gcflags=-N -l"], verdict: .optimized),
        Row(
            name: "file",
            flags: ["-gcflags=-N -l"],
            target: "cmd/hello/main.go",
            verdict: .optimized
        ),
        Row(name: "filefull", flags: [full], target: "cmd/hello/main.go", verdict: .full),
        Row(
            name: "filetrim",
            flags: ["-trimpath", full],
            target: "cmd/hello/main.go",
            verdict: .full,
            isTrimmed: true
        ),
        Row(
            name: "gopath",
            flags: ["-gcflags=-N -l"],
            variables: ["GO111MODULE": "off"],
            app: "gopath/src/example.com/app",
            target: "example.com/app/cmd/hello",
            verdict: .optimized
        ),
        Row(
            name: "work",
            flags: ["-gcflags=-N -l"],
            app: "work/a",
            target: ".",
            verdict: .optimized
        ),
        Row(name: "w", flags: ["-ldflags=-w"], verdict: .lineOnly),
        Row(name: "s", flags: ["-ldflags=-s"], verdict: .lineOnly),
        Row(name: "trimpath", flags: ["-trimpath"], verdict: .optimized, isTrimmed: true),
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
            name: "freebsd",
            flags: [full],
            variables: ["GOOS": "freebsd"],
            verdict: .wrongArchitecture
        ),
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
            name: "library",
            flags: ["-buildmode=c-shared", full],
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

    let directory: TemporaryDirectory

    /// Writes the sources.
    init() throws {
        directory = try TemporaryDirectory()
        for app in ["app", "cgoapp"] {
            try directory.write("\(app)/go.mod", "module example.com/\(app)\n\ngo 1.21\n")
        }
        let main = """
            package main

            import (
            \t"fmt"
            \t"os"

            \tsum "example.com/app/sum"
            )

            func main() { fmt.Println("hello", sum.UpTo(len(os.Args))) }
            """
        let sum = """
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
        for root in ["app", "gopath/src/example.com/app"] {
            try directory.write("\(root)/cmd/hello/main.go", main)
            try directory.write("\(root)/sum/sum.go", sum)
        }
        try directory.write("work/go.work", "go 1.21\n\nuse (\n\t./a\n\t./b\n)\n")
        try directory.write("work/a/go.mod", "module example.com/a\n\ngo 1.21\n")
        try directory.write("work/b/go.mod", "module example.com/b\n\ngo 1.21\n")
        try directory.write(
            "work/a/main.go",
            "package main\n\nimport sum \"example.com/b\"\n\nfunc main() { println(sum.UpTo(3)) }\n"
        )
        try directory.write("work/b/sum.go", sum)
        try directory.write(
            "app/sum/sum_test.go",
            "package sum\n\nimport \"testing\"\n\nfunc TestUpTo(t *testing.T) { UpTo(3) }\n"
        )
        try directory.write(
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

    /// Returns the environment of a build.
    func environment(_ version: String, _ row: Row) throws -> [String: String] {
        let trees = try #require(testVariable("GOTOOLPROV_TEST_GO_TREES"))
        let cache = testVariable("GOTOOLPROV_TEST_GO_CACHE") ?? "\(directory.path)/cache"
        var environment = baseEnvironment
        environment.merge(
            [
                "HOME": directory.path, "GOCACHE": cache, "GOROOT": "\(trees)/go\(version)",
                "GOPATH": "\(directory.path)/gopath", "GOPROXY": "off", "GOTOOLCHAIN": "local",
                "GOFLAGS": "", "CGO_ENABLED": "0",
                "GOARCH": hostArchitecture,
            ].merging(row.variables) { $1 }
        ) { $1 }
        return environment
    }

    /// The rows that can be built on this host.
    static var possible: [Row] {
        rows.filter { row in
            (hasCompiler || !row.needsCompiler) && (hasBinutils || row.after == nil)
                && row.variables["GOARCH"] != hostArchitecture
        }
    }

    /// Builds a row and runs its command on the program.
    ///
    /// - Returns: The path of the program.
    func build(_ row: Row, by version: String) async throws -> String {
        let environment = try environment(version, row)
        let path = "\(directory.path)/built/\(row.name)"
        let isTest = row.name == "test"
        try await run(
            "\(environment["GOROOT"] ?? "")/bin/go",
            (isTest ? ["test", "-c"] : ["build"]) + row.flags
                + ["-o", path, isTest ? "./sum" : row.target],
            environment: environment,
            in: "\(directory.path)/\(row.app)"
        ).expectSuccess()
        if let after = row.after {
            try await prepare(after, path)
        }
        return path
    }

    /// Builds Delve 1.24.0 from the archive that Scripts/make-delve-source created.
    ///
    /// - Returns: The path of the program.
    func delve(by version: String) async throws -> String {
        let mirror = try #require(testVariable("GOTOOLPROV_TEST_MIRROR"))
        let plain = try #require(Self.rows.first)
        try await run("tar", ["xzf", "\(mirror)/delve/v1.24.0.tar.gz", "-C", directory.path])
            .expectSuccess()
        var environment = try environment(version, plain)
        environment["GOFLAGS"] = "-mod=vendor"
        let path = "\(directory.path)/dlv"
        try await run(
            "\(environment["GOROOT"] ?? "")/bin/go",
            ["build", "-buildvcs=false", "-o", path, "./cmd/dlv"],
            environment: environment,
            in: "\(directory.path)/delve-1.24.0"
        ).expectSuccess()
        try directory.write(".config/go/telemetry/mode", "off")
        return path
    }
}
