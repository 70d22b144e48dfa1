internal import Glibc
internal import ToolchainCore

/// A process of this host, as listed in /proc.
package struct RunningProcess: Hashable, Sendable {
    package let processID: Int
    /// The path of its executable.
    package let program: String
    /// Its arguments, separated by spaces, truncated after 200 characters.
    package let command: String

    /// Returns the processes whose executable is in `directory`, sorted by process ID.
    ///
    /// Without privileges, processes of other users are not included.
    ///
    /// - Returns: The processes; nil if /proc cannot be read.
    package static func running(from directory: String) -> [RunningProcess]? {
        guard FileSystem.linkTarget(of: "/proc/self/exe") != nil,
            let names = try? FileSystem.names(in: "/proc")
        else { return nil }
        // /proc contains paths with all links resolved.
        let directory = FileSystem.withoutLinks(directory) ?? directory
        return names.compactMap { Int($0) }.sorted().compactMap { processID in
            guard let program = FileSystem.linkTarget(of: "/proc/\(processID)/exe"),
                program.isInside(directory)
            else { return nil }
            return RunningProcess(
                processID: processID,
                program: program,
                command: command(of: processID)
            )
        }
    }

    /// Returns the arguments of a process, or its name if it has no arguments.
    static func command(of processID: Int) -> String {
        let bytes = (try? FileSystem.contents(of: "/proc/\(processID)/cmdline", limit: 4096)) ?? []
        let text = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            .joined(separator: " ")
        guard text.isEmpty else { return String(text.withVisibleControls.prefix(200)) }
        let name = (try? FileSystem.contents(of: "/proc/\(processID)/comm", limit: 64)) ?? []
        return String(decoding: name.prefix { $0 != 10 }, as: UTF8.self).withVisibleControls
    }

    /// Returns when a process started; nil if unknown.
    static func startTime(of processID: Int) -> UTCTime? {
        // Field 22 of proc_pid_stat(5), in clock ticks since boot. Field 2, the name, may contain any
        // characters.
        guard let stat = try? FileSystem.contents(of: "/proc/\(processID)/stat", limit: 4096),
            let end = stat.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = stat[(end + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 19, let ticks = Int(String(decoding: fields[19], as: UTF8.self)),
            let bootTime = bootTime()
        else { return nil }
        return UTCTime(seconds: bootTime + ticks / max(1, sysconf(CInt(_SC_CLK_TCK))))
    }

    /// Returns the boot time in seconds since the Unix epoch; nil if unknown.
    private static func bootTime() -> Int? {
        guard let bytes = try? FileSystem.contents(of: "/proc/stat", limit: 1 << 20) else {
            return nil
        }
        let key = "btime "
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.starts(with: key.utf8) {
            return Int(String(decoding: line.dropFirst(key.utf8.count), as: UTF8.self))
        }
        return nil
    }
}
