import LogFixtures
import TestSupport
import Testing
import ToolchainCore
import ToolchainHost
import TransparencyLog

@testable import Provisioning

/// Which log proves toolchains, and who decides that.
@Suite(.unitLimit)
struct LogSettingsTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func settings(
        explicit: String? = nil,
        _ variables: [String: String] = [:]
    ) throws(Failure) -> Settings {
        var options = Settings.Options()
        options.manifest = explicit
        return try Settings.gathered(
            options,
            from: HostEnvironment(
                variables: ["HOME": "\(directory.path)/home"].merging(variables) { $1 },
                currentDirectory: "\(directory.path)/work",
                umask: 0o022
            )
        )
    }

    @Test func `Go's checksum database is built in`() throws {
        let log = try settings().log
        #expect(log.key == .goChecksumDatabase && log.isEnabled)
        #expect(log.name == "sum.golang.org" && "\(log.url)" == "https://sum.golang.org/")
    }

    @Test func `a manifest of the user names another log, or none`() throws {
        let key = try LogSigner().key
        let manifest = "home/.config/gotoolprov/gotoolprov.json"
        try directory.write(
            manifest,
            #"{"log": {"key": "\#(key)", "url": "https://log.example/db"}}"#
        )
        #expect(try settings().log.key == key)
        #expect(try "\(settings().log.url)" == "https://log.example/db")
        try directory.write(manifest, #"{"log": {"url": "https://proxy.example/x"}}"#)
        #expect(try settings().log.key == .goChecksumDatabase)
        #expect(try "\(settings().log.url)" == "https://proxy.example/x")
        try directory.write(manifest, #"{"log": false}"#)
        #expect(try settings().log.disabledBy == "`log` in \(directory.path)/\(manifest)")
        try directory.write(manifest, #"{"log": true}"#)
        #expect(try settings().log.isEnabled)
    }

    @Test(arguments: ["false", #"{"url": "https://log.example"}"#])
    func `a manifest that was found may not mention a log`(value: String) throws {
        let path = try directory.write("work/gotoolprov.json", #"{"log": \#(value)}"#)
        let found = try settings()
        #expect(found.log.isEnabled && "\(found.log.url)" == "https://sum.golang.org/")
        #expect(found.manifestFailure?.kind == .configuration)
        #expect(found.manifestFailure?.message.contains("`log`") == true)
        #expect(found.remarks.count == 1)
        #expect(try settings(explicit: path).remarks.isEmpty)
    }

    @Test(arguments: [
        (#"{"key": "x", "url": "https://log.example"}"#, "key"),
        (#"{"key": "KEY"}"#, "missing"),
        (#"{"key": "KEY", "url": "ftp://log.example"}"#, "URL"),
        (#"{"key": "DOTS", "url": "https://log.example"}"#, "key"),
        (#"{"key": "ROOT", "url": "https://log.example"}"#, "key"),
        // The name of Go's checksum database with another key.
        (#"{"key": "GO", "url": "https://log.example"}"#, "key"),
    ])
    func `an invalid log is a configuration error`(value: String, expected: String) throws {
        var text = #"{"log": \#(value)}"#
        let names = [
            ("KEY", "log.example"), ("DOTS", "a/../.."), ("ROOT", "/etc"), ("GO", "sum.golang.org"),
        ]
        for (word, name) in names {
            let key = try LogSigner(name: name).key
            text = text.replacing(text: "\"\(word)\"", with: "\"\(key)\"")
        }
        let path = try directory.write("named.json", text)
        let failure = try #require(throws: Failure.self) { try settings(explicit: path) }
        #expect(failure.kind == .configuration && failure.message.contains(expected), "\(failure)")
        #expect(failure.facts.contains(.init("file", path)))
    }

    @Test func `the state directory is that of the user or of root`() throws {
        let given = try settings(explicit: nil, ["GOTOOLPROV_STATE": "s", "XDG_STATE_HOME": "/x"])
            .log
        #expect(given.stateDirectory == "\(directory.path)/work/s/log")
        let named = try settings(explicit: nil, ["XDG_STATE_HOME": "/x"]).log.stateDirectory
        #expect(named == (isRoot ? "/var/lib/gotoolprov/log" : "/x/gotoolprov/log"))
        let own = try settings().log.stateDirectory
        let home = "\(directory.path)/home/.local/state/gotoolprov/log"
        #expect(own == (isRoot ? "/var/lib/gotoolprov/log" : home))
        #expect(throws: Failure.self) {
            try settings(explicit: nil, ["GOTOOLPROV_STATE": "$HOME/s"])
        }
    }
}
