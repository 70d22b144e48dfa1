internal import Glibc
package import ToolchainCore

/// A process that holds a lock.
///
/// It is determined from /proc/locks, proc_locks(5). Lock files are empty, so they cannot be out of date.
package struct LockHolder: Hashable, Sendable {
    package let processID: Int
    /// The arguments, separated by spaces; control characters are replaced and secrets in URLs masked.
    package let command: String
    /// When the process started; nil if unknown.
    package let startedAt: UTCTime?

    /// Returns the process that holds a flock(2) lock on a file.
    ///
    /// - Returns: The process; nil if unknown because it belongs to another user, runs on another host or
    ///   in another container, or has just ended.
    static func ofFile(inode: UInt64, device: UInt64) -> LockHolder? {
        guard let locks = try? FileSystem.contents(of: "/proc/locks", limit: 4 << 20) else {
            return nil
        }
        for line in locks.split(separator: UInt8(ascii: "\n")) {
            // `1: FLOCK  ADVISORY  WRITE 1234 08:01:5678 0 EOF`; waiting processes have an arrow.
            let fields = line.split(separator: UInt8(ascii: " ")).map {
                String(decoding: $0, as: UTF8.self)
            }
            guard fields.count >= 6, fields[1] == "FLOCK", let processID = Int(fields[4]),
                fields[5].split(byte: ":").last == String(inode), processID > 0
            else { continue }
            // The device may differ from that of stat(2), for example on btrfs, so this checks that the
            // process has the file open.
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
