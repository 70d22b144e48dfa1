internal import Glibc
internal import SystemPackage

/// An advisory lock on a file, held until the value is destroyed.
///
/// The kernel releases the lock when the process ends for whatever reason, so stale locks do not exist.
package struct InstallLock: ~Copyable {
    private let descriptor: OwnedDescriptor
    /// Whether this process created the lock file.
    private let isNew: Bool

    /// How long to wait for the lock.
    package enum Timeout: Hashable, Sendable {
        /// Until the lock is free.
        case unlimited
        /// At most this long; zero means not to wait.
        case atMost(Duration)
    }

    /// The error thrown if another process still holds the lock after the timeout.
    package struct Busy: Error, Hashable, Sendable {
        /// The process that holds the lock, if known.
        package let holder: LockHolder?
    }

    /// Acquires the lock on the file at `path`, which is created if it does not exist.
    ///
    /// - Parameters:
    ///   - path: The lock file.
    ///   - timeout: How long to wait.
    ///   - monitor: Checked for cancellation while waiting.
    ///   - willWait: Called before waiting, with the process that holds the lock, if known.
    /// - Returns: The lock.
    /// - Throws: ``Busy``, ``FileError`` or ``ProgressMonitor/Interrupted``.
    package static func acquire(
        _ path: String,
        timeout: Timeout,
        monitor: ProgressMonitor,
        willWait: (LockHolder?) -> Void
    ) throws -> InstallLock {
        let start = ContinuousClock.now
        var hasWaited = false
        while true {
            try monitor.check()
            let lock = try open(path)
            // This polls, because a signal that arrives just before a blocking flock(2) would not
            // interrupt it.
            while try !lock.tryLocking() {
                if case .atMost(let limit) = timeout, ContinuousClock.now - start >= limit {
                    throw Busy(holder: try lock.holder())
                }
                if !hasWaited { willWait(try lock.holder()) }
                hasWaited = true
                try monitor.check()
                usleep(20_000)
            }
            if try lock.isAtItsPath() {
                guard try lock.excludesOthers() else {
                    throw FileError("lock", path, .notSupported)
                }
                return lock
            }
        }
    }

    /// Returns whether the lock excludes others: on some file systems, flock(2) always succeeds.
    private func excludesOthers() throws(FileError) -> Bool {
        try !Self.open(descriptor.path).tryLocking()
    }

    /// Returns the process that holds the lock, if known.
    private func holder() throws(FileError) -> LockHolder? {
        let status = try descriptor.status()
        return LockHolder.ofFile(inode: UInt64(status.st_ino), device: UInt64(status.st_dev))
    }

    /// Acquires the lock on the file at `path` if it is free; returns nil if it is not.
    ///
    /// - Throws: ``FileError`` if the file cannot be opened.
    package static func ifFree(_ path: String) throws(FileError) -> InstallLock? {
        let lock = try open(path)
        guard try lock.tryLocking(), try lock.isAtItsPath() else { return nil }
        return lock
    }

    /// Opens the lock file with permissions that exclude users who may not make changes, because any user
    /// who can open the file can hold the lock.
    private static func open(_ path: String) throws(FileError) -> InstallLock {
        let flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW
        let group = FileSystem.sharingGroup(of: FilePath(path).removingLastComponent().string)
        let mode: mode_t = group == nil ? 0o600 : 0o660
        while true {
            do {
                let raw = try call("open", path) { unsafe Glibc.open(path, flags) }
                let descriptor = OwnedDescriptor(owning: raw, path: path)
                // Earlier versions made it world-readable.
                let status = try descriptor.status()
                if status.st_uid == geteuid(), status.st_mode & 0o777 != mode {
                    _ = fchmod(raw, mode)
                }
                return InstallLock(descriptor: descriptor, isNew: false)
            } catch  where error.errno == .noSuchFileOrDirectory {
                do {
                    let raw = try call("create", path) {
                        unsafe Glibc.open(path, flags | O_CREAT | O_EXCL, 0o600)
                    }
                    if let group {
                        // Other members of the group must be able to open it.
                        _ = fchown(raw, uid_t.max, group)
                        _ = fchmod(raw, mode)
                    }
                    return InstallLock(
                        descriptor: OwnedDescriptor(owning: raw, path: path),
                        isNew: true
                    )
                } catch  where error.errno == .fileExists {
                    continue
                }
            }
        }
    }

    private init(descriptor: consuming OwnedDescriptor, isNew: Bool) {
        self.descriptor = descriptor
        self.isNew = isNew
    }

    private func tryLocking() throws(FileError) -> Bool {
        do {
            try call("lock", descriptor.path) { flock(descriptor.rawValue, LOCK_EX | LOCK_NB) }
            return true
        } catch  where error.errno == .wouldBlock {
            return false
        }
    }

    /// Returns whether the path still refers to the locked file, which another process may have deleted
    /// before it released the lock.
    private func isAtItsPath() throws(FileError) -> Bool {
        let own = try descriptor.status()
        var found = stat()
        guard unsafe lstat(descriptor.path, &found) == 0 else { return false }
        return found.st_ino == own.st_ino && found.st_dev == own.st_dev
    }

    /// Releases the lock and deletes its file if this process created it, for work that was abandoned.
    package consuming func discardIfNew() {
        if isNew { _ = unsafe unlink(descriptor.path) }
    }

    /// Releases the lock and deletes its file.
    package consuming func discard() { _ = unsafe unlink(descriptor.path) }
}
