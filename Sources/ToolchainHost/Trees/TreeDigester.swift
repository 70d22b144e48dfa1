internal import Glibc
internal import SystemPackage
package import ToolchainCore

/// Computes the SHA-256 digest of each file of a tree, on several threads.
///
/// The tree may belong to another user: links are not followed, mounts are not entered, and nothing is
/// changed.
package struct TreeDigester: Sendable {
    /// A regular file.
    package struct File: Hashable, Sendable {
        /// The path relative to the root.
        package let path: String
        package let digest: SHA256Digest
        /// The size when the file was opened, in bytes.
        package let byteCount: Int
    }

    /// The contents of a tree.
    package struct Contents: Sendable {
        /// The regular files, in no particular order.
        package var files: [File] = []
        /// The paths of the directories below the root, relative to it.
        package var directories: [String] = []
        /// The symbolic links, special files, and whatever has a path that is too long for a file of Go.
        package var others: [String] = []
        /// The directories and files that something is mounted on; it is not read.
        package var mounts: [String] = []
        /// Whether the tree has more files, or a larger one, than any Go; these are not read.
        package var exceedsGo = false
        /// The files and directories that could not be read, with the reasons.
        package var unreadable: [(path: String, reason: String)] = []
    }

    private let root: String
    private let omittedDirectories: Set<String>
    private let omittedFiles: Set<String>
    private let monitor: ProgressMonitor
    private let threadCount: Int
    private let batchSize: Int
    private let expectedByteCount: Int

    /// The number of processors of this host.
    package static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Creates a digester.
    ///
    /// - Parameters:
    ///   - root: The root directory of the tree; the last component of the path may be a link.
    ///   - directories: The names of directories in the root directory that are skipped.
    ///   - files: The names of regular files in the root directory that are skipped.
    ///   - threadCount: The number of threads that hash.
    ///   - batchSize: The number of files that a thread hashes at a time: one if they are large.
    ///   - byteCount: The expected size of the tree in bytes, for progress; 0 if unknown.
    ///   - monitor: Receives the number of bytes read, and cancels the work.
    package init(
        root: String,
        omittingDirectories directories: Set<String>,
        files: Set<String>,
        threadCount: Int = 2,
        batchSize: Int = 32,
        byteCount: Int = 0,
        monitor: ProgressMonitor
    ) {
        self.root = root
        omittedDirectories = directories
        omittedFiles = files
        self.threadCount = threadCount
        self.batchSize = batchSize
        expectedByteCount = byteCount
        self.monitor = monitor
    }

    /// Reads the tree.
    ///
    /// - Returns: The contents of the tree, without the omitted names.
    /// - Throws: ``FileError`` if the root cannot be opened, or ``ProgressMonitor/Interrupted``.
    package func contents() throws -> Contents {
        let collected = Collected()
        let workers = Workers<FileDigester>(
            threadCount,
            capacity: 16,
            error: collected.error
        ) { [monitor, expectedByteCount] in
            try FileDigester(collected, monitor, total: expectedByteCount)
        }
        do {
            try walk(into: workers, collected)
            workers.finish()
        } catch {
            collected.error.record(error)
            workers.cancel()
        }
        try collected.error.rethrow()
        return collected.contents.withLock { $0 }
    }

    // MARK: Walking

    /// A file that one of the threads hashes.
    private struct Task: Sendable {
        let directory: DirectoryHandle
        let name: FileName
        let path: String
    }

    /// PATH_MAX of Linux.
    private static let maximumPathByteCount = 4096

    private func walk(into workers: Workers<FileDigester>, _ collected: Collected) throws {
        // Directories are opened as late as possible, to keep the number of open ones low.
        var pending: [(name: FileName?, path: String, parent: DirectoryHandle)] = [
            (nil, "", try DirectoryHandle.opening(root, followingLinks: true))
        ]
        var fileCount = 0
        var directories: [String] = []
        defer { collected.contents.withLock { $0.directories = directories } }
        while let (name, path, parent) = pending.popLast() {
            try monitor.check()
            var tasks: [Task] = []
            do throws(FileError) {
                let directory = if let name { try parent.directory(name) } else { parent }
                let prefix = path.isEmpty ? "" : path + "/"
                for (name, reported) in try directory.entries() {
                    let inner = prefix + name.text
                    guard let kind = reported != nil ? reported : try directory.kind(of: name)
                    else {
                        collected.add(unreadable: inner, "it has disappeared")
                        continue
                    }
                    if path.isEmpty,
                        kind == .directory && omittedDirectories.contains(name.text)
                            || kind == .file && omittedFiles.contains(name.text)
                    {
                        continue
                    }
                    guard kind == .directory || kind == .file,
                        inner.utf8.count < Self.maximumPathByteCount
                    else {
                        collected.add(other: inner)
                        continue
                    }
                    guard kind == .file else {
                        pending.append((name, inner, directory))
                        directories.append(inner)
                        continue
                    }
                    fileCount += 1
                    guard fileCount <= TreeIndex.maximumEntryCount else {
                        return collected.contents.withLock { $0.exceedsGo = true }
                    }
                    tasks.append(Task(directory: directory, name: name, path: inner))
                    if tasks.count == batchSize {
                        guard workers.add(tasks) else { return }
                        tasks = []
                    }
                }
            } catch  where error.isMountPoint {
                collected.add(mount: path)
            } catch {
                collected.add(unreadable: path.isEmpty ? "." : path, "\(error.errno)")
            }
            guard tasks.isEmpty || workers.add(tasks) else { return }
        }
    }

    // MARK: Hashing

    /// The results of the threads.
    private final class Collected: Sendable {
        let error = FirstError()
        let contents = Guarded(Contents())
        private let count = Guarded(0)

        func add(other path: String) { contents.withLock { $0.others.append(path) } }

        func add(mount path: String) { contents.withLock { $0.mounts.append(path) } }

        func add(unreadable path: String, _ reason: String) {
            contents.withLock { $0.unreadable.append((path, reason)) }
        }

        /// Adds files, and returns the number of bytes that all threads have read.
        func add(_ files: [File], byteCount: Int) -> Int {
            contents.withLock { $0.files += files }
            return count.withLock {
                $0 = $0.saturatingPlus(byteCount)
                return $0
            }
        }
    }

    /// The hashing of files on one thread.
    private struct FileDigester: Worker, ~Copyable {
        /// A file is larger than any of Go.
        private struct TooLarge: Error, CustomStringConvertible {
            var description: String { "the file is larger than any of Go" }
        }

        /// In bytes; the largest file of Go has 30 MB.
        private static let largest = 1 << 30
        /// The largest file that is read without checking for a signal, in bytes.
        private static let uninterrupted = 1 << 20

        private var hasher: FileHasher
        private let collected: Collected
        private let monitor: ProgressMonitor
        private let total: Int

        init(_ collected: Collected, _ monitor: ProgressMonitor, total: Int) throws {
            hasher = try FileHasher()
            self.collected = collected
            self.monitor = monitor
            self.total = total
        }

        mutating func take(_ tasks: [Task]) throws {
            var files: [File] = []
            files.reserveCapacity(tasks.count)
            var byteCount = 0
            for task in tasks {
                do {
                    let (digest, count) = try digest(of: task)
                    files.append(File(path: task.path, digest: digest, byteCount: count))
                    byteCount = byteCount.saturatingPlus(count)
                } catch is TooLarge {
                    collected.contents.withLock { $0.exceedsGo = true }
                } catch let error as FileError where error.isMountPoint {
                    collected.add(mount: task.path)
                } catch let error as FileError {
                    collected.add(unreadable: task.path, "\(error.errno)")
                }
            }
            let done = collected.add(files, byteCount: byteCount)
            try monitor.advance(.comparing, to: done, of: total)
        }

        consuming func end() {}

        /// Hashes a file, and returns the size that it had when it was opened.
        private mutating func digest(of task: Task) throws -> (SHA256Digest, Int) {
            let file = try task.directory.file(task.name, O_RDONLY, path: task.path)
            // A file may have been replaced since the walk, for example by a pipe, which never ends.
            let status = try file.status()
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw FileError("read", file.path, .notSupported)
            }
            // A sparse file of terabytes takes hours.
            guard status.st_size <= Self.largest else { throw TooLarge() }
            let byteCount = Int(status.st_size)
            let isSmall = byteCount <= Self.uninterrupted
            let digest = try hasher.digest(of: file, byteCount: byteCount) { [monitor] in
                // The signal is also checked for each batch of files.
                if !isSmall { try monitor.check() }
            }
            return (digest, byteCount)
        }
    }
}
