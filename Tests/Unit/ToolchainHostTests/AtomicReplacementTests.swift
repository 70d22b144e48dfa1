import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import ToolchainHost

@Suite(.unitLimit)
struct AtomicReplacementTests {
    let directory: TemporaryDirectory
    let top: DirectoryHandle

    init() throws {
        directory = try TemporaryDirectory()
        top = try DirectoryHandle.opening(directory.path)
    }

    private func names() throws -> [String] { try FileSystem.names(in: directory.path) ?? [] }

    private func contents(_ name: String) throws -> [UInt8]? {
        try FileSystem.contents(of: "\(directory.path)/\(name)")
    }

    @Test func `a file has its old contents until it is committed`() throws {
        try directory.write("file", "old", mode: 0o600)
        let replacement = try AtomicReplacement.opening("\(directory.path)/file")
        try replacement.write(Array("new".utf8))
        try replacement.write(Array("er".utf8))
        #expect(try contents("file") == Array("old".utf8))
        #expect(try names().count == 2)
        try replacement.commit(mode: 0o755, durably: true)
        #expect(try contents("file") == Array("newer".utf8))
        #expect(try FileSystem.mode(of: "\(directory.path)/file") == 0o755)
        #expect(try names() == ["file"])
    }

    @Test func `what is replaced is the file to which links lead`() throws {
        let path = directory.path
        try directory.write("real/file", "old")
        try FileSystem.replaceLink(at: "\(path)/one", to: "real/file", durably: false)
        try FileSystem.replaceLink(at: "\(path)/real/two", to: "../one", durably: false)
        try FileSystem.replaceLink(at: "\(path)/new", to: "\(path)/real/new", durably: false)
        try FileSystem.replaceLink(at: "\(path)/loop", to: "loop", durably: false)
        func target(_ name: String) throws -> String {
            try FileSystem.writingTarget(of: "\(path)/\(name)")
        }
        #expect(try target("real/file") == "\(path)/real/file")
        #expect(try target("none/file") == "\(path)/none/file")
        #expect(try target("new") == "\(path)/real/new")
        #expect(throws: FileError.self) { try target("loop") }
        try FileSystem.replaceFile(
            at: target("real/two"),
            with: Array("new".utf8),
            mode: 0o644,
            durably: false
        )
        #expect(try contents("real/file") == Array("new".utf8))
        #expect(FileSystem.linkTarget(of: "\(path)/one") == "real/file")
    }

    @Test func `a replacement that is not committed leaves no trace`() throws {
        do {
            let replacement = try AtomicReplacement.opening("file", in: top)
            try replacement.write([1])
            let made = try names()
            #expect(made.allSatisfy { $0.hasPrefix(".file.") } && made.count == 1)
            #expect(try FileSystem.mode(of: "\(directory.path)/\(made[0])") == 0o600)
        }
        #expect(try names() == [])
    }

    @Test func `a file can be committed with another name`() throws {
        let replacement = try AtomicReplacement.opening("adding", in: top)
        try replacement.commit(as: "digest", mode: 0o644, durably: false)
        #expect(try names() == ["digest"])
    }

    @Test func `a directory is never replaced`() throws {
        _ = try top.makingDirectory("file")
        #expect(throws: FileError.self) {
            try top.replaceFile("file", with: [1], mode: 0o644, durably: true)
        }
        #expect(try names() == ["file"])
    }

    @Test func `a link is replaced, and nothing else is`() throws {
        for target in ["one", "two"] {
            try FileSystem.replaceLink(at: "\(directory.path)/link", to: target, durably: true)
            #expect(top.linkTarget(of: "link") == target)
        }
        try directory.write("file", "mine")
        #expect(throws: FileError.self) {
            try top.replaceLink("file", to: "one", durably: false)
        }
        #expect(try names() == ["file", "link"])
    }

    // MARK: Sweeping

    @Test func `files of running processes are kept, and those of dead ones are deleted`() throws {
        try directory.write(".file.4093129481", "half")
        let replacement = try AtomicReplacement.opening("file", in: top)
        AtomicReplacement.sweep("\(directory.path)/file")
        #expect(try names().count == 1)
        try replacement.commit(mode: 0o644, durably: false)
        #expect(try names() == ["file"])
    }

    // Links cannot be locked. No process has the ID 2^22, which exceeds the maximum of Linux.
    @Test func `links are deleted once their process has ended, or after a day`() throws {
        let (own, parent) = (getpid(), getppid())
        for (maker, number) in [(4_194_304, 11_111), (Int(own), 22_222), (Int(parent), 33_333)] {
            try top.makeLink(".link.\(maker)-\(number)", to: "x")
        }
        var old = [timespec(), timespec()]
        unsafe old.withUnsafeMutableBufferPointer { times in
            for index in times.indices {
                unsafe times[index].tv_sec = time(nil) - 86_401
            }
        }
        let path = "\(directory.path)/.link.\(parent)-33333"
        try #require(unsafe utimensat(AT_FDCWD, path, old, AT_SYMLINK_NOFOLLOW) == 0)
        AtomicReplacement.sweep(["link"], in: top)
        #expect(try names() == [".link.\(own)-22222"])
    }

    @Test(arguments: [
        (false, [".file.1", ".file.2.3", ".file.x", ".other.99999", "file.99999"]),
        (true, [".file.2.3", ".file.x", ".other.99999", "file.99999"]),
    ])
    func `names that users might choose are kept`(takesShort: Bool, left: [String]) throws {
        for name in [
            ".file.1", ".file.2.3", ".file.x", ".file.10000", ".other.99999", "file.99999",
        ] {
            try directory.write(name, "")
        }
        AtomicReplacement.sweep(
            ["file"],
            in: top,
            where: AtomicReplacement.SweepRule(includesShortNumbers: takesShort)
        )
        #expect(try names() == left)
    }

    @Test func `a rule selects links by their targets`() throws {
        try top.makeLink(".dlv.4194304-11111", to: "/sdk/dlv1.25.0-go1.24.11/bin/dlv")
        try top.makeLink(".dlv.4194304-22222", to: "/opt/dlv")
        // A date, as users might append.
        try top.makeLink(".dlv.2024-11", to: "/sdk/dlv1.25.0-go1.24.11/bin/dlv")
        AtomicReplacement.sweep(
            ["dlv"],
            in: top,
            where: AtomicReplacement.SweepRule(
                includesShortNumbers: true,
                includesLink: { $0.hasPrefix("/sdk/") }
            )
        )
        #expect(try names().sorted() == [".dlv.2024-11", ".dlv.4194304-22222"])
    }

    @Test func `a rule selects files by their first bytes`() throws {
        try directory.write(".file.11111", "#!/bin/sh\nexec")
        try directory.write(".file.22222", "my notes")
        try top.makeLink(".file.33333", to: "x")
        AtomicReplacement.sweep(
            ["file"],
            in: top,
            where: AtomicReplacement.SweepRule { $0.starts(with: Array("#!".utf8)) }
        )
        #expect(try names() == [".file.22222", ".file.33333"])
    }

    // MARK: Names

    @Test func `temporary names survive a round trip`() throws {
        for target in ["go1.27.3-custom", ".profile", "a", "dlv1.25.0-go1.21.13"] {
            for isHidden in [true, false] {
                let name = TemporaryName(for: target, isHidden: isHidden)
                #expect(name.isUnmistakable)
                // A name that begins with a dot is parsed as hidden, without the dot.
                guard isHidden || !target.hasPrefix(".") else { continue }
                #expect(TemporaryName(parsing: name.text) == name)
            }
            let link = TemporaryName(for: target, isHidden: true, processID: 4711)
            #expect(TemporaryName(parsing: link.text) == link)
        }
        #expect(TemporaryName(for: "a", isHidden: true) != TemporaryName(for: "a", isHidden: true))
    }

    @Test(arguments: [
        "", ".", "go1", "go1.", "go1.x", "go1.-1", "go1.+1", "go1.4294967296", "go1.3-5",
        ".go1.0-5", ".go1.3-5-7", ".go1.3-", ".go1.-5", "go1.1 ",
    ])
    func `other names are not temporary`(name: String) {
        #expect(TemporaryName(parsing: name) == nil)
    }

    /// Includes names written by 0.1.0.
    @Test func `temporary names have a target`() {
        #expect(TemporaryName(parsing: "go1.99.1.4711")?.target == "go1.99.1")
        #expect(TemporaryName(parsing: ".go1.99.1.4711")?.target == "go1.99.1")
        #expect(TemporaryName(parsing: ".go1.99.1.4711")?.isUnmistakable == false)
        #expect(TemporaryName(parsing: "current.4093129481")?.target == "current")
        #expect(TemporaryName(parsing: ".current.12-4093129481")?.processID == 12)
        #expect(TemporaryName(parsing: ".go1.27.3-5.99999")?.target == "go1.27.3-5")
    }
}
