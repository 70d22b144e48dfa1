import HostInspection
import TestSupport

/// A directory that represents the root of another host, created from a table of files.
struct HostFixture {
    let directory: TemporaryDirectory

    /// Creates a host with these files.
    init(_ files: [String: String] = [:]) throws {
        directory = try TemporaryDirectory(inMemory: true)
        for (name, contents) in files { try directory.write(name, contents) }
    }

    /// The files of the host.
    var files: RootedFiles { RootedFiles(root: directory.path) }

    /// Creates a symbolic link on the host.
    func link(_ name: String, to target: String) async throws {
        let path = "\(directory.path)/\(name)"
        let parent = path.split(separator: "/").dropLast().joined(separator: "/")
        try await run("mkdir", ["-p", "/\(parent)"]).expectSuccess()
        try await run("ln", ["-sfn", target, path]).expectSuccess()
    }

    /// Creates a directory on the host.
    func makeDirectory(_ name: String) async throws {
        try await run("mkdir", ["-p", "\(directory.path)/\(name)"]).expectSuccess()
    }

    /// Returns a 64-bit little-endian program that requires a loader.
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

    /// Returns a loader: a library with a dynamic section, or one marked as a program (DF_1_PIE).
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

    /// Returns a line of mountinfo.
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
