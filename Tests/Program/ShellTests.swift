import TestSupport
import Testing

/// Shell completion, `env`, and `make install`.
@Suite(.programLimit)
struct ShellTests {
    let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    @Test func `bash completes files, directories, versions and values`() async throws {
        let digest = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped).digest
        try await sandbox.install(digest).expectSuccess()
        try sandbox.directory.write("home/archive-1.tar.gz", "")
        try sandbox.directory.write("home/mirrors/.keep", "")
        let cases = [
            ("ensure --archive arch", "archive-1.tar.gz"), ("ensure --mirror mirr", "mirrors"),
            ("inspect arch", "archive-1.tar.gz"), ("cache add arch", "archive-1.tar.gz"),
            ("fleet mirr", "mirrors"), ("report --output arch", "archive-1.tar.gz"),
            ("use go1.9", "go1.99.1"), ("remove go", "go1.99.1"), ("verify go", "go1.99.1"),
            ("exec go", "go1.99.1"), ("ensure go1.21.1", "go1.21.13"), ("ensure dl", "dlv"),
            ("fleet --fail-on dri", "drift"), ("build-tool --arch arm", "arm64"),
            ("completions fi", "fish"),
        ]
        // Each case ends with a separate line, which follows the completions.
        let script = """
            cd "$2"; mkdir -p bin; ln -sf "$1" bin/gotoolprov; PATH=$PWD/bin:$PATH
            source <(gotoolprov completions bash)
            COMP_TYPE=9; COMP_KEY=9
            shift 2
            for words; do
                COMP_WORDS=(gotoolprov $words); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                COMP_LINE="gotoolprov $words"; COMP_POINT=${#COMP_LINE}; COMPREPLY=()
                _gotoolprov gotoolprov "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
                echo "${COMPREPLY[*]}"
            done
            """
        let result = try await run(
            "bash",
            ["-c", script, "bash", sandbox.program, sandbox.home] + cases.map(\.0),
            environment: sandbox.environment
        )
        let offers = result.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(result.status == 0 && offers.count > cases.count, "\(result)")
        for ((words, expected), offer) in zip(cases, offers) {
            #expect(offer.split(separator: " ").contains { $0 == expected }, "\(words): \(offer)")
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func `a completion script can be parsed by its shell`(shell: String) async throws {
        let script = try await sandbox.gotoolprov("completions", shell)
        #expect(script.status == 0 && script.output.contains("gotoolprov"), "\(script)")
        let path = try sandbox.directory.write("script", script.output)
        let result = try await run(shell, ["-n", path])
        #expect(result.status == 0, "\(result)")
    }

    @Test func `env prints the syntax of the calling shell`() async throws {
        let digest = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped).digest
        try await sandbox.install(digest).expectSuccess()
        let fish = try await sandbox.gotoolprov("env", "go1.99.1", "--shell", "fish")
        #expect(
            fish.output == """
                set -gx GOROOT '\(sandbox.sdkRoot)/go1.99.1'
                set -gx PATH '\(sandbox.sdkRoot)/go1.99.1/bin' $PATH

                """
        )
        #expect(fish.error == "")
        let posix = try await sandbox.gotoolprov(
            "env",
            "go1.99.1",
            with: ["SHELL": "/usr/bin/fish"]
        )
        #expect(posix.output.hasPrefix("export GOROOT="))
        #expect(posix.error.contains("`--shell fish`"), "\(posix)")
        for shell in ["sh", "bash", "zsh"] {
            let same = try await sandbox.gotoolprov("env", "go1.99.1", "--shell", shell)
            #expect(same.output == posix.output)
        }
        #expect(try await sandbox.gotoolprov("env", "go1.99.1", "--shell", "tcsh").status == 64)
    }

    @Test(arguments: [
        ("/usr/bin/fish", "fish_add_path"), ("/bin/zsh", "~/.zshrc"), ("/bin/bash", "~/.profile"),
        ("/bin/dash", "~/.profile"),
    ])
    func `the hint about PATH uses the user's shell`(shell: String, phrase: String) async throws {
        let digest = try await sandbox.serve(try ArchiveFixture.hostGo().gzipped).digest
        let result = try await sandbox.install(digest, with: ["SHELL": shell])
        #expect(result.error.contains(phrase), "\(result)")
    }

    @Test func `make installs and uninstalls completions and a manual page`()
        async throws
    {
        let prefix = "\(sandbox.directory.path)/prefix"
        let arguments = ["PREFIX=\(prefix)", "PROGRAM=\(sandbox.program)"]
        try await run("make", ["install-files"] + arguments, in: packageDirectory)
            .expectSuccess()
        let files = try await run("find", [prefix, "-type", "f", "-printf", "%P\n"])
        #expect(
            files.output.split(separator: "\n").sorted() == [
                "bin/gotoolprov", "share/bash-completion/completions/gotoolprov",
                "share/fish/vendor_completions.d/gotoolprov.fish", "share/man/man1/gotoolprov.1",
                "share/zsh/site-functions/_gotoolprov",
            ]
        )
        let manual = String(
            decoding: try bytes(of: "\(prefix)/share/man/man1/gotoolprov.1"),
            as: UTF8.self
        )
        for part in [
            ".TH GOTOOLPROV 1", ".SH ENVIRONMENT", "gotoolprov cache prune", "\\-\\-mirror",
        ] {
            #expect(manual.contains(part), "\(part)")
        }
        try await run("make", ["uninstall"] + arguments, in: packageDirectory).expectSuccess()
        #expect(try await run("find", [prefix, "-type", "f"]).output == "")
    }
}
