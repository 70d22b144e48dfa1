internal import Glibc

/// A temporary directory that is deleted with this value.
public final class TemporaryDirectory: Sendable {
    /// The directory's path.
    public let path: String

    /// Creates the directory.
    ///
    /// - Parameter inMemory: Whether to create it in memory if possible, because writing gigabytes to
    ///   disk slows down other tests.
    /// - Throws: ``SupportError`` if it cannot be created.
    public init(inMemory: Bool = false) throws {
        let parent = unsafe inMemory && access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        var template = Array("\(parent)/gotoolprov-test.XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw SupportError("mkdtemp failed") }
        path = unsafe template.withUnsafeBufferPointer { buffer in
            unsafe buffer.baseAddress.map { unsafe String(cString: $0) } ?? ""
        }
        // The directory represents a home directory, which other users can read.
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

    /// Writes a file to the directory, and creates parent directories.
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

    /// Writes a text file to the directory.
    @discardableResult
    public func write(_ name: String, _ text: String, mode: UInt32 = 0o644) throws -> String {
        try write(name, Array(text.utf8), mode: mode)
    }
}

/// A failure in the preparation of a test.
public struct SupportError: Error, CustomStringConvertible {
    /// The description of the failure.
    public let description: String

    /// Creates an error with a description.
    public init(_ description: String) { self.description = description }
}

/// Returns the contents of the file at `path`.
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
