import TestSupport
import Testing

/// The contract of an Ansible module: one JSON object on stdout, and exit status 0 or 1.
@Suite(.programLimit)
struct AnsibleTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    /// Runs a task and checks that the result matches the schema.
    func task(_ arguments: String, expecting status: Int32 = 0) async throws -> String {
        let path = try sandbox.directory.write("arguments.json", arguments)
        let result = try await sandbox.gotoolprov("ansible", path)
        #expect(result.status == status, "\(result)")
        #expect(result.error == "", "Ansible's terminal mixes stderr into the answer")
        try await validate(result.output, against: "ansible")
        #expect(result.output.contains("\"failed\": true") == (status == 1))
        return result.output
    }

    func exists(_ path: String) async throws -> Bool {
        try await run("test", ["-e", path]).status == 0
    }

    @Test func `a host is converged, verified, repaired and emptied`() async throws {
        let (_, digest) = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped)
        try sandbox.pin(digest)
        let converged = """
            {"versions": ["go1.99.1"], "mirrors": ["\(sandbox.mirror)"], "_ansible_diff": true,
             "catalogs": ["\(sandbox.directory.path)/catalog.json"], "_ansible_check_mode": CHECK}
            """
        let parts = converged.split(separator: "CHECK")
        let check = parts.joined(separator: "true")
        let real = parts.joined(separator: "false")
        let tree = "\(sandbox.sdkRoot)/go1.99.1"

        #expect(try await task(check).contains("\"changed\": true"))
        #expect(try await !exists(sandbox.sdkRoot), "check mode changes no byte")
        let first = try await task(real)
        #expect(first.contains("\"changed\": true"))
        #expect(first.contains(#""after": "go1.99.1  installed\n""#))
        let second = try await task(real)
        #expect(second.contains("\"changed\": false"))
        #expect(!second.contains("\"diff\""))

        _ = try await run("rm", ["\(tree)/VERSION"])
        let damaged = try await task(#"{"state": "verified"}"#, expecting: 1)
        #expect(damaged.contains("missing: VERSION"))
        let repair = #"{"state": "verified", "repair": true, "mirrors": ["\#(sandbox.mirror)"]"#
        #expect(try await task(repair + #", "_ansible_check_mode": true}"#).contains("would be"))
        #expect(try await !exists("\(tree)/VERSION"), "check mode repairs nothing")
        #expect(try await task(repair + "}").contains("go1.99.1 repaired"))

        let absent = #"{"state": "absent", "versions": ["go1.99.1"]"#
        #expect(try await task(absent + #", "_ansible_check_mode": true}"#).contains("would be"))
        #expect(try await exists("\(tree)/VERSION"))
        #expect(try await task(absent + "}").contains("\"changed\": true"))
        #expect(try await task(absent + "}").contains("\"changed\": false"))
    }

    @Test func `tools are converged, verified and removed like Go`() async throws {
        let catalog = try await sandbox.serveTool()
        let source = #""mirrors": ["\#(sandbox.mirror)"], "catalogs": ["\#(catalog)"]"#
        let wanted = #"{"versions": ["dlv@1.20.2"], \#(source), "_ansible_diff": true"#
        let before = try await sandbox.snapshot()
        let check = try await task(wanted + #", "_ansible_check_mode": true}"#)
        #expect(check.contains("dlv1.20.2-go1.19.8 would be installed"), "\(check)")
        #expect(try await sandbox.snapshot() == before)
        let first = try await task(wanted + "}")
        #expect(first.contains(#""after": "dlv1.20.2-go1.19.8  installed\n""#), "\(first)")
        #expect(first.contains(#""link": "\#(sandbox.goBin)/dlv1.20.2""#), "\(first)")
        #expect(try await task(wanted + "}").contains("\"changed\": false"))
        // The same request in a manifest.
        let manifest = try sandbox.directory.write("gotoolprov.json", #"{"tools": ["dlv@1.20.2"]}"#)
        let again = try await task(#"{"manifest": "\#(manifest)", \#(source)}"#)
        #expect(again.contains("dlv1.20.2-go1.19.8 present"), "\(again)")

        let program = "\(sandbox.sdkRoot)/dlv1.20.2-go1.19.8/bin/dlv"
        try await run("cp", ["/bin/true", program]).expectSuccess()
        let damaged = try await task(
            #"{"state": "verified", "versions": ["dlv"]}"#,
            expecting: 1
        )
        #expect(damaged.contains("changed: bin/dlv"), "\(damaged)")
        let repaired = try await task(#"{"state": "verified", "repair": true, \#(source)}"#)
        #expect(repaired.contains("dlv1.20.2-go1.19.8 repaired"), "\(repaired)")

        let removed = try await task(#"{"state": "absent", "versions": ["dlv@1.20.2"]}"#)
        #expect(removed.contains("dlv1.20.2-go1.19.8 removed"), "\(removed)")
        #expect(try await !exists(program))
    }

    @Test(arguments: [
        "", "[]", #"{"versoin": 1}"#, #"{"versions": [1.20]}"#, #"{"versions": ["go9"]}"#,
        #"{"versions": ["go1.99.9"]}"#, #"{"manifest": "/nonexistent"}"#, "{}",
        #"{"state": "absent", "versions": ["go1.21"]}"#,
        #"{"state": "verified", "versions": ["go1.21"]}"#,
    ])
    func `a failure is a JSON object`(arguments: String) async throws {
        let output = try await task(arguments, expecting: 1)
        #expect(output.contains("\"changed\": false"))
    }

    @Test func `missing or oversized arguments result in a JSON object`() async throws {
        for path in ["/nonexistent", "/proc/self/mem", "/dev/zero", "/"] {
            let result = try await sandbox.gotoolprov("ansible", path)
            #expect(result.status == 1, "\(path): \(result)")
            #expect(result.output.contains("\"failed\": true"))
        }
    }

    @Test func `the module does not follow links that another user created next to its arguments`()
        async throws
    {
        let arguments = try sandbox.directory.write("module/arguments.json", "{}")
        let precious = try sandbox.directory.write("precious", "data\n")
        try await run("ln", ["-s", precious, "\(sandbox.directory.path)/module/gotoolprov.stderr"])
            .expectSuccess()
        _ = try await run(
            "/bin/sh",
            ["\(InterfaceTests.collection)/plugins/modules/toolchain.sh", arguments],
            environment: sandbox.environment.merging(["GOTOOLPROV_BINARY": sandbox.program]) { $1 },
            in: sandbox.home
        )
        #expect(try bytes(of: precious) == Array("data\n".utf8))
        let names = try await run("ls", ["\(sandbox.directory.path)/module"]).output
        #expect(names == "arguments.json\ngotoolprov.stderr\n")
    }

    /// The shim returns a result if gotoolprov cannot run.
    @Test(arguments: [
        ("#!/bin/sh\nkill -9 $$\n", "killed by signal 9"),
        ("#!/bin/sh\nexit 64\n", "older than this collection"),
        ("#!/bin/sh\necho 'not \"JSON\\'\n", "returned an invalid result"),
        ("#!/nonexistent\n", "cannot be run on this host"),
        ("#!/bin/sh\necho '{}'; exit 3\n", "exit status 3"), ("", "not installed on this host"),
    ])
    func `the module returns a result if the program does not`(
        program: String,
        words: String
    ) async throws {
        let arguments = try sandbox.directory.write("arguments.json", "{}")
        let path = try sandbox.directory.write("program", program)
        if !program.isEmpty { _ = try await run("chmod", ["755", path]) }
        let result = try await run(
            "/bin/sh",
            ["\(InterfaceTests.collection)/plugins/modules/toolchain.sh", arguments],
            environment: sandbox.environment.merging(["GOTOOLPROV_BINARY": path]) { $1 },
            in: sandbox.home
        )
        #expect(result.status == 1, "\(result)")
        #expect(result.output.contains("\"failed\": true"))
        #expect(result.output.contains(words), "\(result)")
        let parsed = try await run(
            "/usr/bin/python3",
            ["-c", "import json, sys; json.loads(sys.argv[1])", result.output]
        )
        #expect(parsed.status == 0, "\(result)")
    }
}
