import TestSupport
import Testing

/// Progress output for a terminal, a log, and programs.
@Suite(.programLimit)
struct ProgressTests {
    let web: WebTests
    var sandbox: Sandbox { web.sandbox }

    init() async throws { web = try await WebTests() }

    /// Runs the program in a terminal with a server; `$1` is the program, `$url` the server.
    func inTerminal(
        _ columns: Int,
        _ options: String = "",
        _ command: String
    ) async throws -> CommandResult {
        try await web.withServer(
            "python3 \(packageDirectory)/Tests/Support/Servers/terminal.py"
                + " \(columns) \(options) \(command)"
        )
    }

    /// Returns the drawn lines without cursor movements.
    static func lines(_ transcript: some StringProtocol) -> [String] {
        transcript.split { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
            .map { $0.hasPrefix("\u{1B}[K") ? String($0.dropFirst(3)) : String($0) }
            .filter { !$0.isEmpty }
    }

    @Test(arguments: [20, 40, 79, 80, 81, 200])
    func `a bar is never wider than the terminal`(columns: Int) async throws {
        let result = try await inTerminal(columns, "", "$ensure --mirror $url/slow/{file}")
        #expect(result.status == 0, "\(result)")
        let bars = Self.lines(result.output).filter { $0.hasPrefix("go1.99.1: d") }
        #expect(bars.count > 3, "\(result)")
        #expect(bars.allSatisfy { $0.utf8.count < columns }, "\(bars)")
        if columns > 78 {
            #expect(bars.contains { $0.contains("iB/s") && $0.contains("s left") }, "\(bars)")
        }
        if columns > 39 { #expect(bars.contains { $0.contains("[#") }, "\(bars)") }
    }

    @Test(arguments: [("NO_COLOR=1", true), ("CI=1", false)])
    func `NO_COLOR keeps the bar, and CI gets lines`(variable: String, isBar: Bool) async throws {
        let command = "env \(variable) $ensure --mirror $url/slow/{file}"
        let result = try await inTerminal(80, "", command)
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("[#") == isBar, "\(result)")
        #expect(result.output.contains("\u{1B}[32m") == (variable == "CI=1"), "\(result)")
    }

    @Test func `a bar follows the terminal when its width changes`() async throws {
        let result = try await inTerminal(
            100,
            "--resize '[##' 40",
            "$ensure --mirror $url/slow/{file}"
        )
        #expect(result.status == 0, "\(result)")
        let after = try #require(result.output.split(separator: "<resized>\n").last)
        let bars = Self.lines(after).filter { $0.hasPrefix("go1.99.1: downloading  [") }
        // One may already have been drawn.
        #expect(bars.count > 3, "\(result)")
        #expect(bars.dropFirst(2).allSatisfy { $0.utf8.count < 40 }, "\(bars)")
    }

    /// Serves two archives and their catalog.
    func serveTwo() async throws {
        var pins: [(String, String, Int?)] = []
        for version in ["1.99.1", "1.99.2"] {
            let archive = try ArchiveFixture.hostGo(version).gzipped
            let digest = try await sandbox.serve(archive, as: version).digest
            pins.append((version, digest, archive.count))
        }
        try sandbox.pin(pins)
    }

    static let two =
        #""$1" ensure go1.99.1 go1.99.2 --catalog catalog.json --mirror "$url/slow/{file}""#

    @Test func `several downloads share one bar`() async throws {
        try await serveTwo()
        let result = try await inTerminal(80, "", Self.two)
        #expect(result.status == 0, "\(result)")
        let bars = Self.lines(result.output)
        #expect(
            bars.contains { $0.hasPrefix("go1.99.1, go1.99.2: downloading  [#") },
            "\(bars)"
        )
        #expect(
            bars.allSatisfy { !$0.hasPrefix("go") || $0.utf8.count < 80 || $0.contains("/sdk/") }
        )
    }

    @Test func `several downloads print a line at start and end`() async throws {
        try await serveTwo()
        let result = try await web.withServer("\(Self.two) --progress lines")
        #expect(result.status == 0, "\(result)")
        for version in ["go1.99.1", "go1.99.2"] {
            #expect(result.error.contains("\(version): downloading"), "\(result)")
            #expect(result.error.contains("\(version): downloaded"), "\(result)")
        }
    }

    @Test func `programs receive the events of every download`() async throws {
        try await serveTwo()
        let result = try await web.withServer("\(Self.two) --progress json")
        #expect(result.status == 0, "\(result)")
        let events = result.error.split(separator: "\n")
        for version in ["go1.99.1", "go1.99.2"] {
            for event in ["connecting", "progress", "ended"] {
                #expect(
                    events.contains {
                        $0.hasPrefix(#"{"event":"\#(event)","for":"\#(version)""#)
                    },
                    "\(result)"
                )
            }
        }
    }

    @Test func `a failed attempt is shown with its reason and the pause`() async throws {
        let lines = try await web.withServer("$ensure --mirror $url/failing/{file}")
        #expect(lines.status == 0, "\(lines)")
        #expect(
            lines.error.contains("go1.99.1: retrying in 1 s: status 500\n"),
            "\(lines)"
        )
    }

    @Test func `an unresponsive server is shown, and ^C reports what was undone`() async throws {
        let result = try await inTerminal(
            80,
            "--interrupt 'connecting to 127.0.0.1 ('",
            "$ensure --mirror $url/mute/{file}"
        )
        #expect(result.status == 130, "\(result)")
        #expect(result.output.contains("interrupted; incomplete changes were undone"), "\(result)")
    }

    @Test func `a stalled server is shown, and ^C reports what is kept`() async throws {
        let result = try await inTerminal(
            80,
            "--interrupt 'no data for 2 s'",
            "$ensure --mirror $url/silent/{file}"
        )
        #expect(result.status == 130, "\(result)")
        #expect(result.output.contains("the partial download is kept"), "\(result)")
        #expect(result.output.contains("go1.99.1.linux-\(hostArchitecture).tar.gz"), "\(result)")
        #expect(result.output.contains("to resume the download"), "\(result)")
    }

    @Test func `^C while waiting for another process reports that nothing was changed`()
        async throws
    {
        let result = try await web.withServer(
            """
            "$1" ensure go1.99.1 --sha256 "$4" --mirror $url/mute/{file} 2>first & first=$!
            until ls "$2"/home/sdk/.gotoolprov/lock/go1.99.1 >/dev/null 2>&1; do sleep 0.02; done
            python3 \(packageDirectory)/Tests/Support/Servers/terminal.py 80 \
                --interrupt 'waiting for another' $ensure --mirror $url/plain/{file}
            status=$?
            kill $first
            exit $status
            """
        )
        #expect(result.status == 130, "\(result)")
        #expect(result.output.contains("nothing was changed"), "\(result)")
    }

    @Test(arguments: [("--no-log", 65), ("", 69)])
    func `nothing is downloaded if one of two versions is unavailable`(
        option: String,
        status: Int32
    ) async throws {
        try await serveTwo()
        let result = try await web.withServer(
            """
            "$1" ensure go1.99.1 go1.99.7 go1.99.8 --catalog catalog.json \
                --mirror "$url/plain/{file}" \(option)
            """
        )
        #expect(result.status == status, "\(result)")
        #expect(result.error.contains("go1.99.7"), "\(result)")
        #expect(result.error.contains("go1.99.8"), "every failure is named: \(result)")
        #expect(!"\(String(describing: try? web.log()))".contains("go1.99.1"), "\(result)")
        #expect(try await sandbox.gotoolprov("list").output == "")
    }
}
