import TestSupport
import Testing

extension RealGoTests {
    /// `verify --published` on go1.24.3, whose demo archive has the published hash: Scripts/make-demo-mirror.
    @Suite(.realLimit)
    struct PublishedToolchainTests {
        let go: RealGo
        private var tree: String { "\(go.sandbox.sdkRoot)/go1.24.3" }

        init() async throws {
            go = try RealGo()
            let installed = try await go.ensure("go1.24.3")
            #expect(installed.status == 0, "\(installed)")
        }

        private func verify(_ place: String) async throws -> CommandResult {
            try await go.sandbox.gotoolprov("verify", "--published", place)
        }

        @Test
        func `the published toolchain is recognized in any place, without a receipt too`()
            async throws
        {
            let own = try await verify("go1.24.3")
            #expect(own.status == 0, "\(own)")
            #expect(own.output == "go1.24.3  published  \(tree)\n")
            // What other installers leave: no receipt, golang.org/dl's mark, another place, any mode.
            let copy = "\(go.sandbox.directory.path)/usr-local-go"
            let script = """
                cp -r "$1" "$2" && cd "$2" && rm -r .gotoolprov && mkdir -p api doc misc test && echo x >doc/own \
                && chmod -R go-w,u+rwx .
                """
            try await shell(script, tree, copy).expectSuccess()
            let foreign = try await verify(copy)
            #expect(foreign.status == 0, "\(foreign)")
            // Go's own switching keeps each go.mod twice.
            try await shell(
                "cd \"$1\" && rm .unpacked-success && find . -name go.mod -execdir cp {} _go.mod \\;",
                copy
            ).expectSuccess()
            let cached = try await verify(copy)
            #expect(cached.status == 0, "\(cached)")
            let json = try await go.sandbox.gotoolprov(
                "verify",
                "--published",
                copy,
                "--format",
                "json"
            )
            try await validate(json.output, against: "published")
            #expect(json.output.contains(#""evidence": "built-in""#), "\(json)")
        }

        @Test func `the receipt is about the installation, and --published about the files`()
            async throws
        {
            func answers(_ options: String...) async throws -> [String] {
                var found: [String] = []
                for command in ["list", "status", "report"] {
                    let result = try await run(
                        go.sandbox.program,
                        [command, "--format", "json"] + options,
                        environment: go.sandbox.environment,
                        in: go.sandbox.home
                    )
                    #expect(result.status == 0, "\(result)")
                    try await validate(result.output, against: command)
                    let answer = try await shell(
                        """
                        printf %s "$1" | python3 -c '
                        import json, sys
                        document = json.load(sys.stdin)
                        published = document.get("installed", document.get("toolchains"))[0]["published"]
                        print(published["state"], published["basis"], published.get("evidence"))
                        '
                        """,
                        result.output
                    )
                    found.append(answer.output)
                }
                return found
            }
            func three(_ answer: String) -> [String] { Array(repeating: "\(answer)\n", count: 3) }
            #expect(try await answers() == three("published receipt built-in"))
            #expect(try await answers("--published") == three("published files built-in"))
            try await shell("chmod u+w \"$1\" && echo >>\"$1\"", "\(tree)/src/fmt/print.go")
                .expectSuccess()
            #expect(try await answers() == three("published receipt built-in"))
            #expect(try await answers("--published") == three("modified files None"))
        }

        /// A change, and what is reported of it.
        static let changes: [(script: String, line: String?)] = [
            ("printf x | dd of=bin/gofmt bs=1 seek=4096 conv=notrunc 2>&1", "changed  bin/gofmt"),
            ("rm src/fmt/print.go", "missing  src/fmt/print.go"),
            ("echo package fmt >src/fmt/more.go", "extra  src/fmt/more.go"),
            ("mv src/fmt/print.go src/fmt/printed.go", "missing  src/fmt/print.go"),
            (
                "mv src/fmt/print.go ../print.go && ln -s ../../../print.go src/fmt/print.go",
                "changed  src/fmt/print.go"
            ),
            ("touch src/_go.mod", "extra  src/_go.mod"),
            ("ln -s /etc api2", "extra  api2"),
            ("find src -name go.mod -execdir mv {} _go.mod \\;", "missing  src/go.mod"),
        ]

        @Test func `a changed toolchain is modified, and the files are named`() async throws {
            for (script, line) in Self.changes {
                let copy = "\(go.sandbox.directory.path)/changed"
                try await shell(
                    "cp -r \"$1\" \"$2\" && cd \"$2\" && chmod -R u+w . && \(script)",
                    tree,
                    copy
                ).expectSuccess()
                let result = try await verify(copy)
                #expect(result.status == 1, "\(script): \(result)")
                #expect(result.output.hasPrefix("go1.24.3  modified  "), "\(script): \(result)")
                if let line {
                    let words = result.output.split(separator: " ").joined(separator: " ")
                    let expected = line.split(separator: " ").joined(separator: " ")
                    #expect(words.contains(expected), "\(script): \(result)")
                }
                try await shell("rm -rf \"$1\"", copy).expectSuccess()
            }
        }
    }
}
