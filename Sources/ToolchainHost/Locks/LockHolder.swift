internal import Glibc
package import ToolchainCore

/// A process that holds a lock.
///
/// The kernel knows: /proc/locks, proc_locks(5). Nothing is written into lock files, so nothing in
/// them can be out of date.
package struct LockHolder: Hashable, Sendable {
    /// The process's number.
    package let processID: Int
    /// Its arguments, separated by spaces; control characters are shown as such, and secrets of URLs are
    /// masked.
    package let command: String
    /// When the process started; nil if unknown.
    package let startedAt: UTCTime?

    /// Who holds a flock(2) on the file `inode` of `device`.
    ///
    /// - Returns: The process; nil if it is unknown, because it belongs to another user, runs on another
    ///   host or in another container, or has just ended.
    static func ofFile(inode: UInt64, device: UInt64) -> LockHolder? {
        guard let locks = try? FileSystem.contents(of: "/proc/locks", limit: 4 << 20) else {
            return nil
        }
        for line in locks.split(separator: UInt8(ascii: "\n")) {
            // 1: FLOCK  ADVISORY  WRITE 1234 08:01:5678 0 EOF; waiting ones have an arrow.
            let fields = line.split(separator: UInt8(ascii: " ")).map {
                String(decoding: $0, as: UTF8.self)
            }
            guard fields.count >= 6, fields[1] == "FLOCK", let processID = Int(fields[4]),
                fields[5].split(byte: ":").last == String(inode), processID > 0
            else { continue }
            // The device there is not always the one that stat(2) tells, on btrfs above all, so the
            // process has to have the file open.
            if hasOpen(processID, inode: inode, device: device) { return LockHolder(processID) }
        }
        return nil
    }

    private static func hasOpen(_ processID: Int, inode: UInt64, device: UInt64) -> Bool {
        let directory = "/proc/\(processID)/fd"
        guard let names = try? FileSystem.names(in: directory) else { return false }
        return names.contains { name in
            var status = stat()
            return unsafe stat("\(directory)/\(name)", &status) == 0
                && UInt64(status.st_ino) == inode && UInt64(status.st_dev) == device
        }
    }

    private init(_ processID: Int) {
        self.processID = processID
        command = WebAddress.masked(RunningProcess.command(of: processID))
        startedAt = RunningProcess.startTime(of: processID)
    }
}
