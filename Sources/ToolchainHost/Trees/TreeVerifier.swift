internal import Glibc
internal import SystemPackage
package import ToolchainCore

/// Compares the files of a tree with an index, on two threads, without changing anything.
package struct TreeVerifier: Sendable {
    /// A difference between a tree and its index.
    package struct Difference: Hashable, Sendable {
        /// The kind of difference.
        package enum Kind: String, Hashable, Sendable {
            /// The file has other contents or another size.
            case changed
            /// The file or directory does not exist.
            case missing
            /// The file or directory is not in the index.
            case extra
            /// The permission bits differ.
            case mode
            /// A file is a directory or a link, or vice versa.
            case type
            /// The owner differs: that of a file from that of the tree, or that of the tree from the users
            /// who may own it.
            case owner
            /// The digest of the archive in the receipt differs from the pinned one.
            case archive
            /// The file or directory could not be read.
            case unreadable
        }

        /// The path relative to the root of the tree; invalid UTF-8 is replaced.
        package let path: String
        package let kind: Kind
        /// What was expected and found, or why the file could not be read.
        package let detail: String

        /// Creates a difference.
        package init(_ path: String, _ kind: Kind, _ detail: String) {
            self.path = path
            self.kind = kind
            self.detail = detail
        }
    }

    private let root: String
    private let reserved: Set<String>
    private let owners: Set<UInt32>?
    private let monitor: ProgressMonitor

    /// Creates a verifier.
    ///
    /// - Parameters:
    ///   - root: The root directory of the tree.
    ///   - reserved: Names in the root directory that gotoolprov uses and that are not in the index.
    ///   - owners: The users who may own the tree; nil for any.
    ///   - monitor: Receives the number of bytes read, and cancels the work.
    package init(
        root: String,
        reserved: Set<String>,
        owners: Set<UInt32>? = nil,
        monitor: ProgressMonitor
    ) {
        self.root = root
        self.reserved = reserved
        self.owners = owners
        self.monitor = monitor
    }

    /// Returns all differences between the tree and `index`.
    ///
    /// - Parameters:
    ///   - index: The expected contents of the tree.
    ///   - reading: Whether to compare contents; if not, only types, modes, owners and sizes are compared.
    /// - Returns: The differences, sorted by path.
    /// - Throws: ``FileError`` if the root cannot be opened, or ``ProgressMonitor/Interrupted``.
    package func differences(
        from index: TreeIndex,
        reading: Bool
    ) throws -> [Difference] {
        let found = Findings()
        let workers = Workers<FileReader>(2, capacity: 16, error: found.error) { [monitor] in
            try FileReader(found, monitor, total: index.byteCount, isReading: reading)
        }
        do {
            try walk(index, into: workers, found)
            workers.finish()
        } catch {
            found.error.record(error)
            workers.cancel()
        }
        try found.error.rethrow()
        return found.differences.sorted {
            ($0.path, $0.kind.rawValue) < ($1.path, $1.kind.rawValue)
        }
    }

    // MARK: Walking

    /// A file to be compared by one of the threads.
    private struct Task: Sendable {
        let directory: DirectoryHandle
        let name: String
        let path: String
        let mode: UInt16
        let byteCount: Int
        let digest: SHA256Digest
    }

    private static let batchSize = 32

    /// Visits the directories of the index, distributes their files and finds extra ones.
    private func walk(
        _ index: TreeIndex,
        into workers: Workers<FileReader>,
        _ found: Findings
    ) throws {
        var children: [String: [TreeIndex.Entry]] = [:]
        for entry in index.entries {
            let parent = entry.path.utf8.lastIndex(of: UInt8(ascii: "/"))
                .map { String(decoding: entry.path.utf8[..<$0], as: UTF8.self) }
            children[parent ?? "", default: []].append(entry)
        }
        // Directories are opened as late as possible, to keep the number of open ones low.
        var pending: [(directory: TreeIndex.Entry?, parent: DirectoryHandle)] = [
            (nil, try DirectoryHandle.opening(root))
        ]
        if let status = try pending[0].parent.status(of: FileName(".")) {
            found.owner.withLock { $0 = status.st_uid }
            found.add(
                status.accessDifferences(".", mode: TreeIndex.rootMode, owner: status.st_uid),
                0
            )
            if let owners, !owners.contains(status.st_uid) {
                // Reported once for the tree; files with other owners are reported below.
                let expected = owners.sorted().map(String.init).joined(separator: " or ")
                found.add(
                    Difference(".", .owner, "expected user \(expected), found \(status.st_uid)")
                )
            }
        }
        while let (entry, parent) = pending.popLast() {
            guard let directory = entry.map({ found.opened($0, in: parent) }) ?? parent else {
                continue
            }
            let path = entry?.path ?? ""
            let entries = children[path] ?? []
            try findExtras(in: directory, path: path, known: entries, found)
            var tasks: [Task] = []
            for entry in entries {
                switch entry.kind {
                case .directory: pending.append((entry, directory))
                case .file(let byteCount, let digest):
                    tasks.append(
                        Task(
                            directory: directory,
                            name: entry.name,
                            path: entry.path,
                            mode: entry.mode,
                            byteCount: byteCount,
                            digest: digest
                        )
                    )
                    if tasks.count == Self.batchSize {
                        guard workers.add(tasks) else { return }
                        tasks = []
                    }
                }
            }
            guard tasks.isEmpty || workers.add(tasks) else { return }
        }
    }

    private func findExtras(
        in directory: DirectoryHandle,
        path: String,
        known: [TreeIndex.Entry],
        _ found: Findings
    ) throws {
        let prefix = path.isEmpty ? [] : Array("\(path)/".utf8)
        let names = Set(known.map { Array($0.path.utf8.dropFirst(prefix.count)) })
        do throws(FileError) {
            for name in try directory.names() where !names.contains(name.bytes) {
                guard !path.isEmpty || !reserved.contains(name.text) else { continue }
                found.add(
                    Difference(
                        String(decoding: prefix + name.bytes, as: UTF8.self),
                        .extra,
                        "not in the archive"
                    )
                )
            }
        } catch {
            found.add(Difference(path.isEmpty ? "." : path, .unreadable, "\(error.errno)"))
        }
    }

    // MARK: Findings

    /// The differences that the threads have found.
    private final class Findings: Sendable {
        let error = FirstError()
        /// The owner of the root directory.
        let owner = Guarded<uid_t>(0)
        private let list = Guarded<[Difference]>([])
        private let count = Guarded(0)

        var differences: [Difference] { list.withLock { $0 } }
        var byteCount: Int { count.withLock { $0 } }

        func add(_ difference: Difference) { list.withLock { $0.append(difference) } }

        func add(_ differences: [Difference], _ byteCount: Int) {
            count.withLock { $0 += byteCount }
            if !differences.isEmpty { list.withLock { $0 += differences } }
        }

        /// Opens the directory of an entry; records a difference and returns nil if that fails.
        func opened(
            _ entry: TreeIndex.Entry,
            in directory: DirectoryHandle
        ) -> DirectoryHandle? {
            let name = entry.name
            do throws(FileError) {
                guard let status = try directory.status(of: FileName(name)) else {
                    add(Difference(entry.path, .missing, "expected a directory"))
                    return nil
                }
                guard status.st_mode & S_IFMT == S_IFDIR else {
                    add(
                        Difference(
                            entry.path,
                            .type,
                            "expected a directory, found \(status.typeName)"
                        )
                    )
                    return nil
                }
                let owner = owner.withLock { $0 }
                add(status.accessDifferences(entry.path, mode: entry.mode, owner: owner), 0)
                return try directory.directory(name)
            } catch  where error.isMountPoint {
                add(Difference(entry.path, .type, "expected a directory, found a mount"))
                return nil
            } catch {
                add(Difference(entry.path, .unreadable, "\(error.errno)"))
                return nil
            }
        }
    }

    // MARK: Reading

    /// The comparison of files on one thread.
    private struct FileReader: Worker, ~Copyable {
        private var hasher: FileHasher
        private let isReading: Bool
        private let found: Findings
        private let monitor: ProgressMonitor
        private let total: Int

        init(_ found: Findings, _ monitor: ProgressMonitor, total: Int, isReading: Bool) throws {
            hasher = try FileHasher()
            self.isReading = isReading
            self.found = found
            self.monitor = monitor
            self.total = total
        }

        mutating func take(_ tasks: [Task]) throws {
            let owner = found.owner.withLock { $0 }
            for task in tasks { found.add(try compare(task, owner: owner), task.byteCount) }
            if isReading {
                try monitor.advance(.comparing, to: found.byteCount, of: total)
            } else {
                try monitor.advance(.checking, to: 0, of: 0)
            }
        }

        consuming func end() {}

        private mutating func compare(_ task: Task, owner: uid_t) throws -> [Difference] {
            do {
                guard let status = try task.directory.status(of: FileName(task.name)) else {
                    return [Difference(task.path, .missing, "expected a file")]
                }
                guard status.st_mode & S_IFMT == S_IFREG else {
                    return [
                        Difference(task.path, .type, "expected a file, found \(status.typeName)")
                    ]
                }
                var differences = status.accessDifferences(
                    task.path,
                    mode: task.mode,
                    owner: owner
                )
                if status.st_size != task.byteCount {
                    differences.append(
                        Difference(
                            task.path,
                            .changed,
                            "expected \(task.byteCount) bytes, found \(status.st_size)"
                        )
                    )
                } else if isReading {
                    let digest = try hasher.digest(
                        of: task.directory.file(task.name),
                        byteCount: task.byteCount
                    )
                    if digest != task.digest {
                        differences.append(
                            Difference(
                                task.path,
                                .changed,
                                "expected sha256 \(task.digest), found \(digest)"
                            )
                        )
                    }
                }
                return differences
            } catch let error as FileError where error.isMountPoint {
                return [Difference(task.path, .type, "expected a file, found a mount")]
            } catch let error as FileError {
                return [Difference(task.path, .unreadable, "\(error.errno)")]
            }
        }
    }
}

extension TreeIndex.Entry {
    /// The last component of the path.
    fileprivate var name: String { path.split(byte: "/").last ?? path }
}

extension stat {
    fileprivate var typeName: String {
        switch st_mode & S_IFMT {
        case S_IFREG: "a file"
        case S_IFDIR: "a directory"
        case S_IFLNK: "a symbolic link"
        default: "a special file"
        }
    }

    /// Returns the differences in mode and owner; root may own any file.
    fileprivate func accessDifferences(
        _ path: String,
        mode: UInt16,
        owner: uid_t
    ) -> [TreeVerifier.Difference] {
        var differences: [TreeVerifier.Difference] = []
        let found = st_mode & 0o7777
        if found != mode_t(mode) {
            let digits = (String(mode, radix: 8), String(found, radix: 8))
            differences.append(
                TreeVerifier.Difference(path, .mode, "expected \(digits.0), found \(digits.1)")
            )
        }
        if st_uid != owner, st_uid != 0 {
            differences.append(
                TreeVerifier.Difference(path, .owner, "expected user \(owner), found \(st_uid)")
            )
        }
        return differences
    }
}
