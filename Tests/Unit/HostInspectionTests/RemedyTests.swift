import HostInspection
import TestSupport
import Testing

/// `doctor --fix` adds a line to a file that may contain secrets, without losing anything.
@Suite(.unitLimit)
struct RemedyTests {
    let directory: TemporaryDirectory
    var file: String { "\(directory.path)/env" }

    init() throws { directory = try TemporaryDirectory() }

    func apply() -> Result<String, RemedyRefusal> {
        let remedy = DoctorCheck.Remedy.setGoVariable(
            name: "GOTMPDIR",
            directory: "\(directory.path)/tmp",
            file: file
        )
        do throws(RemedyRefusal) {
            return .success(try remedy.apply())
        } catch {
            return .failure(error)
        }
    }

    func contents() throws -> String { String(decoding: try bytes(of: file), as: UTF8.self) }

    @Test(arguments: ["600", "640", "644"])
    func `the file keeps its mode`(mode: String) async throws {
        try directory.write("env", "GOPROXY=https://user:secret@proxy.example\n")
        try await run("chmod", [mode, file]).expectSuccess()
        #expect(throws: Never.self) { try apply().get() }
        let found = try await run("stat", ["-c", "%a", file])
        #expect(found.output == "\(mode)\n")
        let text = try contents()
        #expect(
            text == "GOPROXY=https://user:secret@proxy.example\nGOTMPDIR=\(directory.path)/tmp\n"
        )
    }

    @Test func `a symbolic link is kept`() async throws {
        try directory.write("elsewhere", "A=b\n")
        try await run("ln", ["-s", "elsewhere", file]).expectSuccess()
        #expect(throws: Never.self) { try apply().get() }
        let found = try await run("readlink", [file])
        #expect(found.output == "elsewhere\n")
        #expect(try contents().hasPrefix("A=b\nGOTMPDIR="))
    }

    @Test(arguments: [
        ("ln -s nowhere env", "a dangling symbolic link"),
        ("echo A=b >env; ln env other", "it has 2 hard links"),
        ("head -c 1500000 /dev/zero | tr '\\0' '#' >env", "larger than 1 MiB"),
        ("echo GOTMPDIR=/x >env", "it sets GOTMPDIR already"),
        ("printf '\\377' >env", "not text"),
    ])
    func `a file that cannot be replaced without loss is unchanged`(
        script: String,
        reason: String
    ) async throws {
        try await prepare(script, in: directory.path)
        let listing = ["-c", "find . -printf '%p %y %i %m %s %l\\n' | sort; sha256sum env || :"]
        let before = try await run("sh", listing, in: directory.path)
        switch apply() {
        case .success(let words): Issue.record("\(words)")
        case .failure(let refusal): #expect(refusal.words.contains(reason), "\(refusal.words)")
        }
        #expect(try await run("sh", listing, in: directory.path).output == before.output)
    }
}
