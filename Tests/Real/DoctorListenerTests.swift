import TestSupport
import Testing

/// What `doctor` reports about a Delve that listens.
@Suite(
    .realLimit,
    .enabled(
        if: testVariable("GOTOOLPROV_TEST_GO_TREES") != nil,
        "Scripts/test provides the Go trees"
    )
)
struct DoctorListenerTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// A program that is Delve according to its build information, under other names.
    @Test func `an exposed Delve is found under any name`() async throws {
        let trees: String = try #require(testVariable("GOTOOLPROV_TEST_GO_TREES"))
        try sandbox.directory.write("dlv/go.mod", "module github.com/go-delve/delve\n\ngo 1.21\n")
        try sandbox.directory.write(
            "dlv/cmd/dlv/main.go",
            """
            package main

            import "syscall"

            func main() {
            \ts, _ := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
            \t_ = syscall.Bind(s, &syscall.SockaddrInet4{})
            \t_ = syscall.Listen(s, 1)
            \tprintln("ready")
            \tfor { _ = syscall.Pause() }
            }
            """
        )
        let build = try await run(
            "\(trees)/go1.27.3/bin/go",
            ["build", "-o", "\(sandbox.home)/.dlv-wrapped", "./cmd/dlv"],
            environment: [
                "HOME": sandbox.home, "GOTOOLCHAIN": "local", "GOPROXY": "off",
                "PATH": "/usr/bin:/bin",
                "GOCACHE": testVariable("GOTOOLPROV_TEST_GO_CACHE") ?? "\(sandbox.home)/cache",
            ],
            in: "\(sandbox.directory.path)/dlv"
        )
        try build.expectSuccess()
        for start in [
            "bash -c 'exec -a dlv $2/.dlv-wrapped dap' x \"$1\" \"$2\"", "$2/.dlv-wrapped dap",
        ] {
            let report = try await sandbox.doctor(
                """
                mkfifo $2/ready; \(start) 2>$2/ready & process=$!
                read -r line <$2/ready; rm $2/ready
                "$1" doctor || :
                kill $process
                """
            )
            #expect(report.verdict("dlv.listeners") == "blocked", "\(report.checks)")
        }
    }
}
