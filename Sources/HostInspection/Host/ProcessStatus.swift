internal import ToolchainCore

/// What `/proc/PID/status` says of a process, as far as tracing is concerned: proc_pid_status(5).
package struct ProcessStatus: Hashable, Sendable {
    /// Whether it has ended and its parent has not noticed yet.
    package let isZombie: Bool
    /// The effective user's number.
    package let user: UInt32?
    /// The real user's number, whose processes are counted.
    package let realUser: UInt32?
    /// How many threads it has.
    package let threadCount: Int?
    /// The process that traces this one; 0 for none.
    package let tracer: Int?
    /// The effective capabilities, a bit each.
    package let capabilities: UInt64?
    /// The capabilities that can be had at all.
    package let boundingCapabilities: UInt64?
    /// Whether programs that are executed gain no privileges, whatever their files say.
    package let gainsNoPrivileges: Bool?
    /// 0 none, 1 strict, 2 filters.
    package let seccompMode: Int?

    /// Reads the status of a process, by its number or `self`; nil where there is none.
    package init?(of process: String, in files: RootedFiles) {
        guard let text = files.text("/proc/\(process)/status"), !text.isEmpty else { return nil }
        var fields: [String: [String]] = [:]
        for line in text.split(byte: "\n").prefix(200) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            fields[String(line[..<colon])] = line[colon...].dropFirst()
                .split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
        }
        func value(_ name: String, _ index: Int = 0) -> String? {
            fields[name].flatMap { $0.count > index ? $0[index] : nil }
        }
        isZombie = value("State") == "Z"
        user = value("Uid", 1).flatMap { UInt32($0) }
        realUser = value("Uid").flatMap { UInt32($0) }
        threadCount = value("Threads").flatMap { Int($0) }
        tracer = value("TracerPid").flatMap { Int($0) }
        capabilities = value("CapEff").flatMap { UInt64($0, radix: 16) }
        boundingCapabilities = value("CapBnd").flatMap { UInt64($0, radix: 16) }
        gainsNoPrivileges = value("NoNewPrivs").flatMap { Int($0) }.map { $0 != 0 }
        seccompMode = value("Seccomp").flatMap { Int($0) }
    }

    /// CAP_SYS_PTRACE, bit 19 of capabilities(7).
    private static let tracing: UInt64 = 1 << 19

    /// Whether the process may trace others whatever Yama says; nil where that cannot be told.
    package var hasTracingCapability: Bool? { capabilities.map { $0 & Self.tracing != 0 } }

    /// Whether a program with a file capability could gain that one; nil where that cannot be told.
    package var canGainTracingCapability: Bool? {
        guard let boundingCapabilities, let gainsNoPrivileges else { return nil }
        return boundingCapabilities & Self.tracing != 0 && !gainsNoPrivileges
    }
}
