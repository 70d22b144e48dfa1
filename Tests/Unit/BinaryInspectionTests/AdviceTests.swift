import TestSupport
import Testing
import ToolchainCore

@testable import BinaryInspection

/// The build command, the behavior of Delve and the path mappings for a program.
@Suite(.unitLimit)
struct AdviceTests {
    func report(_ fixture: ELFFixture, host: GoArchitecture? = .amd64) throws -> BinaryReport {
        try BinaryReport(BinaryFile(bytes: fixture.bytes, path: "/tmp/x"), host: host)
    }

    @Test func `the command keeps other settings`() throws {
        let modules =
            "path\texample.com/app/cmd/a\nmod\texample.com/app\t(devel)\t\n"
            + "build\t-buildmode=exe\nbuild\t-race=true\nbuild\t-tags=a,b\n"
            + "build\t-ldflags=\"-s -w -X main.v='it s'\"\nbuild\t-trimpath=true\n"
            + "build\tCGO_ENABLED=1\nbuild\tGOARCH=amd64\nbuild\tGOAMD64=v3\n"
        let report = try report(.go(producerFlags: "; regabi", modules: modules))
        #expect(
            report.buildCommand
                == "GOARCH=amd64 GOAMD64=v3 CGO_ENABLED=1 go build -gcflags='all=-N -l' -race "
                + "-tags=a,b -ldflags='-X main.v='\\''it s'\\''' example.com/app/cmd/a"
        )
        #expect(report.usesCgo == .no)
        let installed = try self.report(
            .go(
                producerFlags: nil,
                modules: "path\texample.com/app/cmd/a\nmod\texample.com/app\tv1.2.3\th1:abc\n"
            )
        )
        #expect(
            installed.buildCommand
                == "go install -gcflags='all=-N -l' example.com/app/cmd/a@v1.2.3"
        )
    }

    @Test func `sources at another path require a mapping`() throws {
        let report = try report(.go())
        #expect(
            report.substitutions { _ in nil }
                == [BinaryReport.Substitution(from: "${workspaceFolder}", to: "/src/app")]
        )
        #expect(report.substitutions { $0 }.isEmpty)
        // An editor may have opened a directory by the path of a symbolic link.
        #expect(report.substitutions { _ in "/real/app" }.map(\.to) == ["/src/app"])
    }

    @Test(arguments: [
        ("-s -w", ""), ("-s -w -X 'main.opts=a -s  -w b'", "-X 'main.opts=a -s  -w b'"),
        ("  -X  main.a=b   -s\t-v ", "-X  main.a=b\t-v"),
        ("-X main.v='it -s'", "-X main.v='it -s'"),
        ("-extldflags '-s' -w", "-extldflags '-s'"), ("-extldflags=-s -s=true", "-extldflags=-s"),
        ("--s --w=1 -X=main.a=-s", "-X=main.a=-s"), ("-X -s -s", "-X -s"),
        ("'-s' \"-w\" '-X=a.b=c d'", "'-X=a.b=c d'"), ("all=-s -w", ""),
        ("a.b/...=-s -X 'a.b=c  d'", "a.b/...=-X 'a.b=c  d'"), ("-X 'open -s", "-X 'open -s"),
        ("", ""), ("-X main.é=ü  -s", "-X main.é=ü"),
    ])
    func `the linker's flags are kept byte for byte`(recorded: String, kept: String) {
        #expect(BinaryReport.withoutStripping(recorded) == kept)
    }

    @Test(arguments: [
        ("-gcflags=-l", "-gcflags='all=-N -l'"), ("-gcflags=\"all=-l -N\"", "-gcflags='all=-N -l'"),
        ("-gcflags=\"all=-l -d=checkptr\"", "-gcflags='all=-N -l -d=checkptr'"),
        ("-gcflags=-B", "-gcflags='all=-N -l' -gcflags='-N -l -B'"),
        ("-gcflags=a.b/...=-B", "-gcflags='all=-N -l' -gcflags='a.b/...=-N -l -B'"),
        ("-tags=true", "-gcflags='all=-N -l' -tags=true"),
        ("-race=true", "-gcflags='all=-N -l' -race"),
        ("-gcflags=\"all=-N -l -dwarf=false\"", "-gcflags='all=-N -l'"),
        ("-gcflags=-dwarflocationlists=false", "-gcflags='all=-N -l'"),
    ])
    func `other flags of the build are kept`(setting: String, flags: String) throws {
        let modules = "path\ta.b/a\nmod\ta.b/a\t(devel)\t\nbuild\t\(setting)\n"
        let report = try report(.go(producerFlags: nil, modules: modules))
        #expect(report.buildCommand == "go build \(flags) a.b/a")
    }

    @Test func `flags for cgo are kept`() throws {
        let modules =
            "path\ta.b/a\nmod\ta.b/a\t(devel)\t\nbuild\tCGO_ENABLED=1\nbuild\tCGO_CFLAGS=-I/opt/x\n"
            + "build\tCGO_CPPFLAGS=\nbuild\tCGO_LDFLAGS=\"-L/opt/lib  -lx\"\n"
        let report = try report(.go(producerFlags: nil, modules: modules))
        #expect(
            report.buildCommand
                == "CGO_ENABLED=1 CGO_CFLAGS=-I/opt/x CGO_LDFLAGS='-L/opt/lib  -lx' "
                + "go build -gcflags='all=-N -l' a.b/a"
        )
    }

    /// The recorded paths were determined by building programs: `-trimpath` with a version, in a module,
    /// and with files as arguments.
    @Test(arguments: [
        (
            "path\ta.b/t/cmd/t\nmod\ta.b/t\tv1.2.3\th1:x\n", "a.b/t@v1.2.3/cmd/t",
            [["", "a.b/t@v1.2.3"]]
        ),
        ("path\ta.b/t/cmd/t\nmod\ta.b/t\t(devel)\t\n", "a.b/t/cmd/t", [["", "a.b/t"]]),
        (
            "path\tcommand-line-arguments\ndep\ta.b/t\t(devel)\t\ndep\tc.d/e\tv1.0.0\th1:x\n", ".",
            [["/main.go", "main.go"], ["", "a.b/t"]]
        ),
        ("path\tcommand-line-arguments\n", ".", [["/main.go", "main.go"]]),
        // Relative to the working directory of the compiler: Bazel, `-gcflags=-trimpath=$PWD`.
        ("path\ta.b/t\nmod\ta.b/t\t(devel)\t\n", ".", [["", ""]]),
        ("path\ta.b/t/cmd/t\nmod\ta.b/t\t(devel)\t\n", "./cmd/t", [["", ""]]),
        ("path\ta.b/t/cmd/t\nmod\ta.b/t\t(devel)\t\n", "src/t/cmd/t", [["", "src/t"]]),
        ("", "cmd/t", [["", ""]]),
        // Vendored modules, which have no checksums, and modules replaced by a directory.
        (
            "path\ta.b/t\nmod\ta.b/t\t(devel)\t\ndep\tc.d/e\tv1.2.0\t\n", "a.b/t",
            [["/vendor/c.d/e", "c.d/e@v1.2.0"], ["", "a.b/t"]]
        ),
        (
            "path\ta.b/t\nmod\ta.b/t\t(devel)\t\ndep\tc.d/e\tv1.2.0\n=>\t./in\t(devel)\t\n"
                + "dep\tc.d/f\tv1.0.0\n=>\t../out\t(devel)\t\ndep\tc.d/g\tv1.0.0\th1:x\n",
            "a.b/t", [["/in", "c.d/e@v1.2.0"], ["", "a.b/t"]]
        ),
        // The format of Go 1.24 and older.
        ("path\tcommand-line-arguments\n", "", [["/main.go", "main.go"]]),
        ("path\ta.b/t\n", "a.b/t", []),
    ])
    func `sources with rewritten paths require mappings`(
        modules: String,
        directory: String,
        rules: [[String]]
    ) throws {
        let report = try report(.go(modules: modules, sourceDirectory: directory))
        #expect(report.isTrimmed == .yes)
        let expected = rules.map { rule in
            BinaryReport.Substitution(from: "${workspaceFolder}\(rule[0])", to: rule[1])
        }
        #expect(report.substitutions { _ in nil } == expected)
    }

    @Test func `a tab in a flag survives being copied from a terminal`() async throws {
        let modules =
            "path\ta.b/a\nmod\ta.b/a\t(devel)\t\n"
            + "build\t-ldflags=\"\\t-s\\t-w\\t-X main.v=it's\\t-X main.w=\u{202E}b\"\n"
        let command = try #require(
            try report(.go(producerFlags: nil, modules: modules)).buildCommand
        )
        #expect(!command.unicodeScalars.contains { $0.isControl }, "\(command)")
        let shell = try await run("bash", ["-c", "go() { printf '%s\\n' \"$@\"; }; \(command)"])
        #expect(
            shell.output
                == "build\n-gcflags=all=-N -l\n-ldflags=-X main.v=it's\t-X main.w=\u{202E}b\na.b/a\n",
            "\(command)"
        )
    }

    @Test(arguments: [
        "GOOS", "GOARCH", "GOAMD64", "GOEXPERIMENT", "CGO_CFLAGS", "CGO_LDFLAGS", "-tags",
        "-buildmode", "-asmflags",
    ])
    func `recorded values are not executed by the shell that the command is copied to`(
        key: String
    ) async throws {
        let value = "a; echo HIT; $(echo HIT)`echo HIT`'|echo HIT\"&~>hit"
        let package = "a.b/$(echo HIT)"
        let modules = "path\t\(package)\nmod\ta.b\t(devel)\t\nbuild\t\(key)=\(value)\n"
        let command = try #require(
            try report(.go(producerFlags: nil, modules: modules)).buildCommand
        )
        let variable = key.hasPrefix("-") ? "none" : key
        let script = "go() { printf '%s\\n' \"$\(variable)\" \"$@\"; }; \(command)"
        let shell = try await run("bash", ["-c", script])
        let lines = shell.output.split(separator: "\n")
        #expect(lines.contains { $0 == value || $0 == "\(key)=\(value)" }, "\(command)")
        #expect(lines.last == "a.b/$(echo HIT)" && !lines.contains("HIT"), "\(command)")
    }

    @Test func `there is no command for a package that go would parse as a flag`() throws {
        let modules = "path\t-toolexec=/tmp/x\nmod\ta.b\t(devel)\t\n"
        #expect(try report(.go(producerFlags: nil, modules: modules)).buildCommand == nil)
    }

    @Test func `the version is part of the paths even if no unit contains it`() throws {
        let settings = "build\t-trimpath=true\n"
        for (sum, directory) in [("h1:x", "a.b/t@v1.2.3"), ("", "a.b/t")] {
            let modules = "path\ta.b/t/cmd/t\nmod\ta.b/t\tv1.2.3\t\(sum)\n\(settings)"
            let report = try report(.go(producerFlags: nil, modules: modules))
            #expect(report.substitutions { _ in nil }.map(\.to) == [directory])
        }
    }

    @Test func `without a compatible Delve, no program is reported as debuggable`() throws {
        let none = BinaryReport.CompatibleDelve.none(
            because: "no known Delve is compatible with go1.29"
        )
        for flags in ["; -N -l", "; regabi", nil] {
            let report = try report(.go(producerFlags: flags))
            #expect(report.behavior(of: none).lowercased().contains("no known delve"))
            #expect(!report.behavior(of: .version("1.27.1")).contains("no known"))
            let document = report.document(delve: none, substitutions: []).rendered
            #expect(document.contains("\"compatibleDelve\": null"))
            #expect(
                document.contains(
                    "\"noCompatibleDelve\": \"no known Delve is compatible with go1.29\""
                )
            )
        }
    }
}
