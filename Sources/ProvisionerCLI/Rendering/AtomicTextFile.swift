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
            throw Failure(.configuration, "cannot tell where `\(name)` is")
        }
        let target = FilePath(path)
        guard let name = target.lastComponent?.string else { throw failure(path, "it has no name") }
        let temporary = target.removingLastComponent()
            .appending(".\(name).\(UInt32.random(in: 0...UInt32.max))")
        do {
            if let kind = try FileSystem.kind(of: path), kind != .file {
                throw failure(path, "it is no file")
            }
            FileSystem.sweepTemporaries(of: path)
            let file = try FileDescriptor.open(
                temporary,
                .writeOnly,
                options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                permissions: [.ownerReadWrite]
            )
            FileSystem.lockWhileMaking(file)
            // The lock lasts until the file has its name.
            let lock = try file.duplicate()
            defer { try? lock.close() }
            do {
                try fill(file, body)
                try FileSystem.setMode(0o644, of: temporary.string)
                try FileSystem.replace(path, by: temporary.string)
            } catch {
                try? FileSystem.remove(temporary.string)
                throw error
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            let errno = (error as? FileError)?.errno ?? error as? Errno
            let folder = target.removingLastComponent().string
            let isMissing =
                (try? FileSystem.isDirectory(folder)) == false
                && (try? FileSystem.kind(of: folder)) == nil
            throw failure(
                path,
                errno.map { "\($0)" } ?? "\(error)",
                hint: isMissing ? "`mkdir -p \(folder.asShellWord)`" : hint(errno)
            )
        }
    }

    private static func fill(
        _ file: FileDescriptor,
        _ body: ((@escaping (String) -> Void)) -> Void
    ) throws {
        // Written to from this thread only; `Guarded` because the closure may outlive the call.
        let trouble = Guarded<Errno?>(nil)
        do {
            body { text in
                guard trouble.withLock({ $0 }) == nil else { return }
                do {
                    try file.writeAll(text.utf8)
                } catch {
                    trouble.withLock { $0 = error as? Errno ?? .ioError }
                }
            }
            if let errno = trouble.withLock({ $0 }) { throw errno }
        } catch {
            try? file.close()
            throw error
        }
        // After a power cut there would be an empty file by that name.
        try FileSystem.synchronize(file)
        // A network file system may report a failed write only now.
        try file.close()
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
            "name a file in a directory that you can write to"
        case .noSpace?, .diskQuotaExceeded?: "free some space there, or name a file elsewhere"
        default: nil
        }
    }
}
