internal import Glibc

/// A directory of a test's own, deleted when the value is.
public final class TemporaryDirectory: Sendable {
    /// The directory's path.
    public let path: String

    /// Makes the directory.
    ///
    /// - Parameter inMemory: Whether to make it in memory, where that is possible: what is written
    ///   to a disk by the gigabyte makes other tests wait.
    /// - Throws: Where it cannot be made.
    public init(inMemory: Bool = false) throws {
        let parent = unsafe inMemory && access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        var template = Array("\(parent)/gotoolprov-test.XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw SupportError("mkdtemp failed") }
        path = unsafe template.withUnsafeBufferPointer { buffer in
            unsafe buffer.baseAddress.map { unsafe String(cString: $0) } ?? ""
        }
        // The directory stands for a home, which others may look into.
        _ = unsafe chmod(path, 0o755)
    }

    deinit {
        var pid = pid_t()
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [
            strdup("rm"), strdup("-rf"), strdup("--"), strdup(path), nil,
        ]
        if unsafe posix_spawn(&pid, "/bin/rm", nil, nil, &arguments, environ) == 0 {
            _ = waitpid(pid, nil, 0)
        }
        for index in unsafe arguments.indices { unsafe free(arguments[index]) }
    }

    /// Writes a file into the directory, with the directories above it.
    @discardableResult
    public func write(_ name: String, _ contents: [UInt8], mode: UInt32 = 0o644) throws -> String {
        let path = "\(self.path)/\(name)"
        let parts = path.split(separator: "/")
        for end in 1..<parts.count {
            _ = unsafe mkdir("/" + parts[..<end].joined(separator: "/"), 0o755)
        }
        guard let file = unsafe fopen(path, "w") else {
            throw SupportError("cannot write \(path)")
        }
        defer { _ = unsafe fclose(file) }
        guard unsafe fwrite(contents, 1, contents.count, file) == contents.count,
            unsafe chmod(path, mode) == 0
        else { throw SupportError("cannot write \(path)") }
        return path
    }

    /// Writes a text file into the directory.
    @discardableResult
    public func write(_ name: String, _ text: String, mode: UInt32 = 0o644) throws -> String {
        try write(name, Array(text.utf8), mode: mode)
    }
}

/// Something that a test needs did not work.
public struct SupportError: Error, CustomStringConvertible {
    /// What.
    public let description: String

    /// An error from its description.
    public init(_ description: String) { self.description = description }
}

/// All bytes of the file at `path`.
public func bytes(of path: String) throws -> [UInt8] {
    guard let file = unsafe fopen(path, "r") else { throw SupportError("cannot read \(path)") }
    defer { _ = unsafe fclose(file) }
    var contents: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = unsafe fread(&buffer, 1, buffer.count, file)
        if count == 0 { return contents }
        contents += buffer.prefix(count)
    }
}
