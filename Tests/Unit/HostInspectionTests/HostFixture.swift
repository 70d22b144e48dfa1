import HostInspection
import TestSupport

/// A directory that stands for the root of another host, made from tables of what such hosts have.
struct HostFixture {
    let directory: TemporaryDirectory

    /// A host with these files.
    init(_ files: [String: String] = [:]) throws {
        directory = try TemporaryDirectory(inMemory: true)
        for (name, contents) in files { try directory.write(name, contents) }
    }

    /// Its files.
    var files: RootedFiles { RootedFiles(root: directory.path) }

    /// Puts a symbolic link on the host.
    func link(_ name: String, to target: String) async throws {
        let path = "\(directory.path)/\(name)"
        let parent = path.split(separator: "/").dropLast().joined(separator: "/")
        try await run("mkdir", ["-p", "/\(parent)"]).expectSuccess()
        try await run("ln", ["-sfn", target, path]).expectSuccess()
    }

    /// Makes a directory on the host.
    func makeDirectory(_ name: String) async throws {
        try await run("mkdir", ["-p", "\(directory.path)/\(name)"]).expectSuccess()
    }

    /// A 64-bit little-endian program that asks for a loader.
    static func program(machine: UInt8 = 62, interpreter: String? = nil) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 120)
        bytes.replaceSubrange(0..<6, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1])
        bytes[18] = machine
        bytes[32] = 64
        bytes[54] = 56
        bytes[56] = interpreter == nil ? 0 : 1
        guard let interpreter else { return bytes }
        bytes[64] = 3
        bytes[72] = 120
        bytes[96] = UInt8(interpreter.utf8.count + 1)
        return bytes + Array(interpreter.utf8) + [0]
    }

    /// A loader of programs: a library with a dynamic section, or with the mark of a program in it.
    static func loader(isProgram: Bool = false) -> [UInt8] {
        var bytes = program()
        bytes[16] = 3
        bytes[56] = 1
        bytes[64] = 2
        bytes[72] = 120
        bytes[96] = 32
        var table = [UInt8](repeating: 0, count: 32)
        if isProgram {
            table.replaceSubrange(0..<8, with: [0xFB, 0xFF, 0xFF, 0x6F, 0, 0, 0, 0])
            table[11] = 8
        }
        return bytes + table
    }

    /// A line of mountinfo.
    static func mount(
        _ path: String,
        _ kind: String,
        options: String = "rw,relatime",
        source: String = "none",
        superOptions: String = "rw"
    ) -> String {
        "36 35 98:0 / \(path) \(options) shared:1 - \(kind) \(source) \(superOptions)\n"
    }
}
