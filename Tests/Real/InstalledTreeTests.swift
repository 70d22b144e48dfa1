import TestSupport
import Testing
import ToolchainCore
import ToolchainHost

extension RealGoTests {
    /// The installed tree, compared with tar, mtree and Go itself.
    struct InstalledTreeTests {
        let go: RealGo

        init() throws { go = try RealGo() }

        /// The golang.org/dl convention: the files of the archive and a marker.
        @Test(arguments: ["C", "POSIX", "C.UTF-8", "xx_XX.UTF-8"])
        func `the tree equals the one that tar unpacks, with any umask and locale`(locale: String)
            async throws
        {
            let result = try await go.shell(
                """
                set -e
                export LC_ALL="$4"
                umask 077
                "$1" ensure go1.27.3 --mirror "$2" --catalog "$2/catalog.json" --quiet
                umask 022
                mkdir reference
                tar xzf "$3" -C reference
                rm -r "$HOME/sdk/go1.27.3/.gotoolprov"
                test -f "$HOME/sdk/go1.27.3/.unpacked-success"
                rm "$HOME/sdk/go1.27.3/.unpacked-success"
                diff -r reference/go "$HOME/sdk/go1.27.3"
                list() { (cd "$1" && find . -type f -printf '%P %m %s %T@\\n' -o -printf '%y %P %m\\n' | sort); }
                list reference/go >one
                list "$HOME/sdk/go1.27.3" >other
                diff one other
                wc -l <one
                """,
                locale
            )
            #expect(result.status == 0, "\(result)")
            #expect(
                (Int(result.output.split(separator: "\n").last ?? "") ?? 0) > 12_000,
                "\(result)"
            )
        }

        /// mtree(5) is an established format, so another program must accept the index.
        @Test func `mtree accepts the index`() async throws {
            #expect(try await go.ensure("go1.27.3").status == 0)
            let result = try await go.shell(
                """
                mtree -p "$HOME/sdk/go1.27.3" -f "$HOME/sdk/go1.27.3/.gotoolprov/index.mtree"
                echo >>"$HOME/sdk/go1.27.3/VERSION"
                mtree -p "$HOME/sdk/go1.27.3" -f "$HOME/sdk/go1.27.3/.gotoolprov/index.mtree"
                """
            )
            #expect(
                result.output.hasPrefix("extra: .unpacked-success\nextra: .gotoolprov\n"),
                "\(result)"
            )
            #expect(result.output.contains("VERSION: \n\tsize (35, 36)"), "\(result)")
        }

        /// Scripts/make-demo-mirror compares what Python computes with the published hashes.
        @Test func `the index has the hash that Go's checksum database would record`() async throws
        {
            #expect(try await go.ensure("go1.27.3").status == 0)
            let file = try bytes(
                of: "\(go.sandbox.sdkRoot)/go1.27.3/.gotoolprov/index.mtree"
            )
            let architecture = try #require(GoArchitecture(rawValue: hostArchitecture))
            let module = ToolchainModule(
                try #require(GoVersion("1.27.3")),
                GoPlatform(architecture)
            )
            let files = try ToolchainFileList(module, index: TreeIndex(parsing: file))
            let script = """
                import sys
                sys.path.insert(0, sys.argv[1])
                from module_hashes import of_archive
                print(of_archive(sys.argv[2], "1.27.3", sys.argv[3]))
                """
            let expected = try await run(
                "/usr/bin/python3",
                [
                    "-B", "-c", script, "\(packageDirectory)/Scripts/support", go.archive,
                    hostArchitecture,
                ]
            )
            #expect(try "\(ModuleHash(of: files))\n" == expected.output, "\(expected)")
        }

        @Test func `two versions work side by side with any exported GOROOT`()
            async throws
        {
            for version in ["go1.27.3", "go1.21.13"] {
                let result = try await go.ensure(version)
                #expect(result.status == 0, "\(result)")
            }
            let result = try await go.shell(
                """
                set -e
                export PATH="$HOME/go/bin:$PATH" GOROOT=/nonexistent/go GOFLAGS=-mod=mod GOTOOLCHAIN=local
                mkdir hello
                cd hello
                printf 'package main\\nimport ("fmt"; "runtime")\\nfunc main() { fmt.Println(runtime.Version()) }\\n' >main.go
                printf 'module hello\\n\\ngo 1.21\\n' >go.mod
                for version in go1.21.13 go1.27.3; do
                    export GOROOT="$HOME/sdk/go1.21.13"
                    $version build -o hello.$version .
                    ./hello.$version
                    $version env GOROOT
                done
                """
            )
            #expect(
                result.output == """
                    go1.21.13
                    \(go.sandbox.sdkRoot)/go1.21.13
                    go1.27.3
                    \(go.sandbox.sdkRoot)/go1.27.3

                    """,
                "\(result)"
            )
            let list = try await go.sandbox.gotoolprov("list")
            let demo =
                "not published: the archive that it was installed from is not the published one"
            // The demo archive of go1.21.13 lacks documents of the published one.
            #expect(
                list.output == """
                    go1.21.13  installed  \(go.sandbox.sdkRoot)/go1.21.13  \(demo)
                    go1.27.3   installed  \(go.sandbox.sdkRoot)/go1.27.3

                    """
            )
        }

        /// Go searches PATH for a toolchain by its name before any other place
        /// (docs/facts/go-toolchains.md#toolchains-on-path).
        @Test func `Go's toolchain switching finds the launchers offline`() async throws {
            for version in ["go1.27.3", "go1.21.13"] { _ = try await go.ensure(version) }
            let result = try await go.shell(
                """
                set -e
                export PATH="$HOME/go/bin:$PATH" GOTOOLCHAIN=auto GOPROXY=off
                mkdir switched
                cd switched
                printf 'module switched\\n\\ngo 1.27.3\\n' >go.mod
                go1.21.13 version
                """
            )
            #expect(result.output.hasPrefix("go version go1.27.3 linux/"), "\(result)")
        }

        @Test func `the C library of this host is detected`() async throws {
            let result = try await go.sandbox.gotoolprov("status")
            let version =
                try await run("getconf", ["GNU_LIBC_VERSION"]).output
                .split(separator: "\n").first ?? "?"
            #expect(result.output.contains("  \(version)  (/bin/sh requires"), "\(result)")
            let kernel = try await run("uname", ["-r"]).output
            #expect(result.output.contains("Linux \(kernel)"))
        }
    }
}
