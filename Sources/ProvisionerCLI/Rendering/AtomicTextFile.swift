internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

/// A file that is written piece by piece and appears whole, or not at all, under its name.
enum AtomicTextFile {
    /// Puts what `body` writes in the place of a file, with mode 0644.
    ///
    /// - Parameters:
    ///   - name: The file, as it was named on the command line. What is there may be a file or nothing; a collector that looks meanwhile sees
    ///     the old file: the new one has another name, which begins with a dot.
    ///   - environment: Where the name is to be understood.
    ///   - body: Writes the contents through the function that it gets.
    /// - Throws: ``Failure`` of kind `destination`; the old file is then still there.
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

/// A replacement that a closure writes to, which may outlive it.
private final class PendingTextFile {
    private var replacement: AtomicReplacement?
    private var problem: FileError?

    init(_ replacement: consuming AtomicReplacement) {
        self.replacement = consume replacement
    }

    /// Adds text at the end; after a failure, and once the file has its name, nothing.
    func write(_ text: String) {
        guard problem == nil else { return }
        do throws(FileError) {
            try replacement?.write(Array(text.utf8))
        } catch {
            problem = error
        }
    }

    /// Gives the file its name, durably: after a power cut there would be an empty file by that name.
    func commit() throws(FileError) {
        if let problem { throw problem }
        try replacement.take()?.commit(mode: 0o644, durably: true)
    }
}
