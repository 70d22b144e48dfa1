import TestSupport
import Testing

/// The checks of `doctor` for Go settings, compared with a real Go.
@Suite(
    .realLimit,
    .enabled(
        if: testVariable("GOTOOLPROV_TEST_GO_TREES") != nil,
        "Scripts/test provides the Go trees"
    )
)
struct DoctorSettingsTests {
    static let version = "go1.27.3"
    let sandbox: Sandbox
    let root: String
    let module: String

    init() throws {
        let trees: String = try #require(testVariable("GOTOOLPROV_TEST_GO_TREES"))
        // For hundreds of runs, the release executable takes a fraction of the time.
        sandbox = try Sandbox(program: testVariable("GOTOOLPROV_TEST_STATIC"))
        module = "\(sandbox.home)/app"
        root = "\(trees)/\(Self.version)"
        try sandbox.directory.write("home/app/go.mod", "module example.com/app\n\ngo 1.21\n")
        try sandbox.directory.write("home/app/main.go", "package main\n\nfunc main() {}\n")
        try sandbox.directory.write("home/.config/go/telemetry/mode", "off")
        try sandbox.directory.write("home/bad.json", "[]")
        try sandbox.directory.write("home/good.json", "{\"Replace\": {}}")
        try sandbox.directory.write("home/ws/go.work", "go 1.99.3\n")
        try sandbox.directory.write("home/ok/go.work", "go 1.21\n\nuse ../app\n")
    }

    private func environment(_ variables: [String: String], tree: String? = nil) -> [String: String]
    {
        [
            "HOME": sandbox.home, "GOTOOLPROV_OFFLINE": "1", "GOPROXY": "off",
            "GOCACHE": testVariable("GOTOOLPROV_TEST_GO_CACHE") ?? "\(sandbox.home)/cache",
            "PATH": "\(tree ?? root)/bin:\(sandbox.home)/go/bin:/usr/bin:/bin",
        ].merging(variables) { $1 }
    }

    private func shell(
        _ script: String,
        _ variables: [String: String],
        tree: String? = nil
    ) async throws -> CommandResult {
        try await run(
            "/bin/sh",
            ["-c", script, "sh", sandbox.program],
            environment: environment(variables, tree: tree),
            in: module
        )
    }

    private static let checks = ["go.settings", "go.switching", "go.goroot", "go.cache"]

    private func problems(
        _ variables: [String: String],
        after fix: String = ":",
        tree: String? = nil
    ) async throws -> [(name: String, check: DoctorReport.Check)] {
        let result = try await shell("\(fix)\nexec \"$1\" doctor", variables, tree: tree)
        let report = DoctorReport(result.output)
        return Self.checks.compactMap { name in
            report.checks[name].flatMap { $0.verdict == "ok" ? nil : (name, $0) }
        }
    }

    /// Settings that make `go list` or `go build` fail; `~` represents the home directory.
    static let refused: [[String: String]] = [
        ["GOFLAGS": "-gcflags=all=-N -l"], ["GOFLAGS": "-foo"], ["GOFLAGS": "-ldflags"],
        ["GOFLAGS": "-tags"], ["GOFLAGS": "-mod=bogus"], ["GOFLAGS": "-p=x"], ["GOFLAGS": "-p=0"],
        ["GOFLAGS": "-race=maybe"], ["GOFLAGS": "-buildvcs=foo"], ["GOFLAGS": "-buildmode=foo"],
        ["GOFLAGS": "-compiler=foo"], ["GOFLAGS": "-overlay=~/none"],
        ["GOFLAGS": "-overlay=~/bad.json"], ["GOFLAGS": "-toolexec=~/none"],
        ["GOFLAGS": "-modfile=~/none.mod"], ["GOFLAGS": "-modfile=foo"], ["GOFLAGS": "-C=/tmp"],
        ["GOFLAGS": "-pgo=~/none"], ["GOFLAGS": "'-v"], ["GOFLAGS": "x"], ["GOFLAGS": "---v"],
        ["GOFLAGS": "-gcflags='-N"], ["GOFLAGS": "-covermode=foo"], ["GOFLAGS": "-v\t-nope"],
        ["GOPATH": "relative"], ["GOPATH": "~~/go"], ["GOCACHE": "off"], ["GOCACHE": "relative"],
        ["GOCACHE": "/proc/x"], ["GOCACHE": "~/bad.json"], ["GOEXPERIMENT": "bogus"],
        ["GOEXPERIMENT": "nobogus,none"], ["GOWORK": "~/none/go.work"], ["GOWORK": "relative"],
        ["GOWORK": "~/ws/go.work"], ["GO111MODULE": "bogus"], ["GOFIPS140": "foo"],
        ["GOCACHEPROG": "~/none"], ["GOTOOLCHAIN": "go1.22.10+path"], ["GOTOOLCHAIN": "foo"],
        ["GOTOOLCHAIN": "go1.22.10+auto"], ["GOTOOLCHAIN": "go1.22"], ["GOTOOLCHAIN": "path+auto"],
        ["GOTOOLCHAIN": "go1.27.3+foo"], ["GOTOOLCHAIN": "go1.99.0-custom"], ["GOROOT": "~/none"],
        ["GOOS": "foo"], ["GOARCH": "foo"],
    ]

    /// Settings that Go accepts.
    static let accepted: [[String: String]] = [
        ["GOFLAGS": "'-gcflags=all=-N -l' -v"], ["GOFLAGS": "'-v'-x"], ["GOFLAGS": "-p=0x2"],
        ["GOFLAGS": "-count=1 -timeout=1m30s --mod=mod"], ["GOFLAGS": "-buildvcs=auto -race=0"],
        ["GOFLAGS": "-overlay=~/good.json"], ["GOFLAGS": "-toolexec=env"], ["GOFLAGS": "-json"],
        ["GOFLAGS": "\"-tags=a b\"\t-modcacherw"], ["GOEXPERIMENT": "none"], ["GOWORK": "off"],
        ["GOWORK": "~/ok/go.work"], ["GO111MODULE": "on"], ["GOTOOLCHAIN": "local+path"],
        ["GOTOOLCHAIN": "go1.27.3"], ["GOTOOLCHAIN": "path"], ["GOPATH": "~/go"],
    ]

    private func expanded(_ variables: [String: String]) -> [String: String] {
        variables.mapValues { value in
            value.hasPrefix("~~")
                ? String(value.dropFirst())
                : value.split(separator: "~", omittingEmptySubsequences: false)
                    .joined(separator: sandbox.home)
        }
    }

    private static let go = "go list . >list 2>&1 && go build -o /dev/null . >build 2>&1"

    @Test(arguments: refused)
    func `a setting that Go rejects is reported with a fix that works`(variables: [String: String])
        async throws
    {
        let variables = expanded(variables)
        let reference = try await shell(Self.go, variables)
        #expect(reference.status != 0, "Go accepts \(variables)")
        let problems = try await problems(variables)
        #expect(!problems.isEmpty, "doctor accepts \(variables)")
        let name = try #require(variables.keys.first)
        for (check, problem) in problems {
            // Fixes that require another Go or another file cannot be tested.
            for fix in problem.fixes where !fix.hasPrefix("gotoolprov ensure") {
                #expect(fix.contains(name), "\(check): \(fix)")
                let left = try await self.problems(variables, after: fix)
                #expect(!left.contains { $0.name == check }, "\(fix): \(left)")
            }
        }
    }

    @Test(arguments: accepted)
    func `a setting that Go accepts is ok`(variables: [String: String]) async throws {
        let variables = expanded(variables)
        let reference = try await shell(Self.go, variables)
        #expect(reference.status == 0, "Go rejects \(variables)")
        let problems = try await problems(variables)
        #expect(problems.isEmpty, "\(variables): \(problems)")
    }

    /// Settings that are fixed in the environment and in the two files that Go reads; some make `go
    /// env` fail.
    static let fixed: [(String, String, String)] = [
        ("GOFLAGS", "-foo", "go.settings"), ("GOFLAGS", "-C=/tmp", "go.settings"),
        ("GOFLAGS", "-trimpath", "go.settings"), ("GOFLAGS", "-trimpath -v", "go.settings"),
        ("GOFLAGS", "'-ldflags=-s -w -X main.a=b' -v", "go.settings"),
        ("GOFLAGS", "-gcflags=all=-dwarf=false", "go.settings"), ("GOOS", "windows", "go.settings"),
        ("GOEXPERIMENT", "bogus", "go.settings"), ("GOPATH", "rel", "go.settings"),
        ("GOTOOLCHAIN", "foo", "go.settings"), ("GOTOOLCHAIN", "go1.99.0-x+path", "go.switching"),
        ("GO111MODULE", "x", "go.settings"), ("GOWORK", "rel", "go.settings"),
        ("GOCACHEPROG", "/none/x", "go.settings"), ("GOMODCACHE", "rel", "go.settings"),
        ("GOBIN", "rel", "go.settings"),
    ]

    @Test(arguments: fixed, ["environment", "user's file", "go.env"])
    func `the fix is for the place that a setting comes from`(
        setting: (name: String, value: String, check: String),
        place: String
    ) async throws {
        var variables: [String: String] = [:]
        var tree: String?
        switch place {
        case "environment": variables[setting.name] = setting.value
        case "go.env":
            // A separate tree with that file.
            let copy = "\(sandbox.home)/tree"
            try await run(
                "sh",
                [
                    "-c",
                    "mkdir -p $2/bin && ln -s $1/src $1/pkg $1/lib $1/VERSION $2"
                        + " && cp $1/bin/go $2/bin && cp $1/go.env $2", "sh", root, copy,
                ]
            ).expectSuccess()
            let old = String(decoding: try bytes(of: "\(copy)/go.env"), as: UTF8.self)
            let kept = old.split(separator: "\n").filter { !$0.hasPrefix(setting.name) }
            try sandbox.directory.write(
                "home/tree/go.env",
                kept.joined(separator: "\n") + "\n\(setting.name)=\(setting.value)\n"
            )
            tree = copy
        default:
            try sandbox.directory.write(
                "home/.config/go/env",
                "GOPRIVATE=a.example\n\(setting.name)=\(setting.value)\n"
            )
        }
        let problems = try await problems(variables, tree: tree)
        let problem = try #require(problems.first { $0.name == setting.check })
        #expect(!problem.check.fixes.isEmpty)
        for fix in problem.check.fixes {
            let left = try await self.problems(variables, after: fix, tree: tree)
            #expect(!left.contains { $0.name == setting.check }, "\(fix): \(left)")
        }
        // Other settings are kept.
        guard place == "user's file" else { return }
        let file = String(decoding: try bytes(of: "\(sandbox.home)/.config/go/env"), as: UTF8.self)
        #expect(file.contains("GOPRIVATE=a.example\n"))
    }

    @Test func `a toolchain line that no release has is edited`() async throws {
        try sandbox.directory.write(
            "home/app/go.mod",
            "module example.com/app\n\ngo 1.21\n\ntoolchain go1.28\n"
        )
        try await run(
            "sh",
            [
                "-c",
                "mkdir -p $2/go/bin $2/sdk && cp -r \"$1\"/bin $2/sdk/go1.28.0 && "
                    + "mkdir $2/sdk/go1.28.0/bin && mv $2/sdk/go1.28.0/go $2/sdk/go1.28.0/bin/go"
                    + " && echo go1.28.0 >$2/sdk/go1.28.0/VERSION && touch $2/sdk/go1.28.0/go.env"
                    + " && ln -s $2/sdk/go1.28.0/bin/go $2/go/bin/go1.28.0",
                "sh", root, sandbox.home,
            ]
        ).expectSuccess()
        let problem = try #require(try await problems([:]).first { $0.name == "go.switching" })
        let fix = try #require(problem.check.fixes.first)
        #expect(fix.contains("mod edit -toolchain=go1.28.0"), "\(fix)")
        let left = try await problems([:], after: fix)
        #expect(!left.contains { $0.name == "go.switching" }, "\(left)")
    }
}
