internal import Glibc
internal import SystemPackage

/// Holds an advisory lock on a file until the value is destroyed.
///
/// The kernel drops the lock when the process ends, however it ends, so no stale lock is ever left
/// for anyone to delete by hand.
package struct InstallLock: ~Copyable {
    private let descriptor: OwnedDescriptor
    /// Whether the lock's file did not exist before.
    private let isNew: Bool

    /// How long to wait for another process.
    package enum Patience: Hashable, Sendable {
        /// Until the lock is free.
        case unlimited
        /// At most this long; zero is not at all.
        case atMost(Duration)
    }

    /// Somebody else still had the lock when the patience was at its end.
    package struct Busy: Error, Hashable, Sendable {
        /// The process that holds it; nil if unknown.
        package let holder: LockHolder?
    }

    /// Waits for the lock on the file at `path`, which is made if it is missing.
    ///
    /// - Parameters:
    ///   - path: The lock's file.
    ///   - patience: How long to wait.
    ///   - monitor: Asked whether to go on when a signal interrupts the waiting.
    ///   - willWait: Called before waiting for another process, with that process if it is known.
    /// - Returns: The lock.
    /// - Throws: ``Busy``, ``FileError`` or ``ProgressMonitor/Interrupted``.
    package static func acquire(
        _ path: String,
        patience: Patience,
        monitor: ProgressMonitor,
        willWait: (LockHolder?) -> Void
    ) throws -> InstallLock {
        let start = ContinuousClock.now
        var hasWaited = false
        while true {
            try monitor.check()
            let lock = try open(path)
            // Asking again and again, because a signal that comes just before a waiting flock(2)
            // would be remembered and never looked at.
            while try !lock.tryLocking() {
                if case .atMost(let limit) = patience, ContinuousClock.now - start >= limit {
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

    /// Whether nobody else can have this lock: where flock(2) does nothing, it succeeds for everyone.
    private func excludesOthers() throws(FileError) -> Bool {
        try !Self.open(descriptor.path).tryLocking()
    }

    /// The process that holds the lock; nil if unknown.
    private func holder() throws(FileError) -> LockHolder? {
        let status = try descriptor.status()
        return LockHolder.ofFile(inode: UInt64(status.st_ino), device: UInt64(status.st_dev))
    }

    /// Takes the lock on the file at `path` if nobody has it.
    ///
    /// - Throws: ``FileError`` where that cannot be tried.
    package static func ifFree(_ path: String) throws(FileError) -> InstallLock? {
        let lock = try open(path)
        guard try lock.tryLocking(), try lock.isAtItsPath() else { return nil }
        return lock
    }

    /// Opens the lock's file.
    ///
    /// Only users who may make changes may open it, because anyone who can open it can lock it for as
    /// long as they like.
    private static func open(_ path: String) throws(FileError) -> InstallLock {
        let flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW
        let group = FileSystem.sharingGroup(of: FilePath(path).removingLastComponent().string)
        let mode: mode_t = group == nil ? 0o600 : 0o660
        while true {
            do {
                let raw = try call("open", path) { unsafe Glibc.open(path, flags) }
                let descriptor = OwnedDescriptor(owning: raw, path: path)
                // Earlier versions made it readable for all.
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
                        // The next member of the group has to be able to open it.
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

    /// Whether the locked file is still the one that others would open: a holder that leaves
    /// nothing behind has deleted it.
    private func isAtItsPath() throws(FileError) -> Bool {
        let own = try descriptor.status()
        var found = stat()
        guard unsafe lstat(descriptor.path, &found) == 0 else { return false }
        return found.st_ino == own.st_ino && found.st_dev == own.st_dev
    }

    /// Releases the lock and deletes its file if that was created for it, so that failed work
    /// leaves no trace.
    package consuming func discardIfNew() {
        if isNew { _ = unsafe unlink(descriptor.path) }
    }

    /// Releases the lock and deletes its file, even if another process created it.
    package consuming func discard() { _ = unsafe unlink(descriptor.path) }
}
