internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// Writes a text file in pieces and replaces the target atomically.
enum AtomicTextFile {
    /// Replaces a file with the output of `body`, with mode 0644.
    ///
    /// - Parameters:
    ///   - name: The file name from the command line. Until the replacement, readers see the old
    ///     file, and the new one has a temporary name that begins with a dot.
    ///   - environment: The environment that the name is relative to.
    ///   - body: Writes the contents by calling its argument.
    /// - Throws: ``Failure`` of kind `destination`; the old file is then unchanged.
    static func write(
        to name: String,
        in environment: HostEnvironment,
        _ body: ((@escaping (String) -> Void)) -> Void
    ) throws(Failure) {
        guard let path = environment.absolutePath(name) else {
            throw Failure(.configuration, "cannot resolve the path `\(name)`")
        }
        let target = FilePath(path)
        guard target.lastComponent != nil else { throw failure(path, "no file name") }
        do {
            if let kind = try FileSystem.kind(of: path), kind != .file {
                throw failure(path, "not a regular file")
            }
            AtomicReplacement.sweep(path)
            let file = PendingTextFile(try .opening(path))
            body { file.write($0) }
            try file.commit()
        } catch let failure as Failure {
            throw failure
        } catch {
            let errno = (error as? FileError)?.errno
            let directory = target.removingLastComponent().string
            let isMissing =
                (try? FileSystem.isDirectory(directory)) == false
                && (try? FileSystem.kind(of: directory)) == nil
            throw failure(
                path,
                errno.map { "\($0)" } ?? "\(error)",
                hint: isMissing ? "run `mkdir -p \(ShellQuoting.word(directory))`" : hint(errno)
            )
        }
    }

    private static func failure(
        _ path: String,
        _ reason: String,
        hint: String? = nil
    ) -> Failure {
        Failure(
            .destination,
            "cannot write the result",
            facts: [.init("file", path), .init("because", reason)],
            hint: hint
        )
    }

    private static func hint(_ errno: Errno?) -> String? {
        switch errno {
        case .permissionDenied?, .notPermitted?, .readOnlyFileSystem?:
            "choose a directory that you can write to"
        case .noSpace?, .diskQuotaExceeded?: "free some disk space, or choose another directory"
        default: nil
        }
    }
}

/// A pending replacement of a file.
///
/// A closure that writes to it may outlive it.
private final class PendingTextFile {
    private var replacement: AtomicReplacement?
    private var problem: FileError?

    init(_ replacement: consuming AtomicReplacement) {
        self.replacement = consume replacement
    }

    /// Appends text.
    ///
    /// Does nothing after a failure or after ``commit()``.
    func write(_ text: String) {
        guard problem == nil else { return }
        do throws(FileError) {
            try replacement?.write(Array(text.utf8))
        } catch {
            problem = error
        }
    }

    /// Renames the file to its final name after syncing it, so that a power failure cannot leave an empty
    /// file.
    func commit() throws(FileError) {
        if let problem { throw problem }
        try replacement.take()?.commit(mode: 0o644, durably: true)
    }
}
