internal import ToolchainCore

/// The fields of `/proc/PID/status` that concern tracing and limits: see proc_pid_status(5).
package struct ProcessStatus: Hashable, Sendable {
    /// Whether the process has exited and its parent has not waited for it yet.
    package let isZombie: Bool
    /// The effective user ID.
    package let user: UInt32?
    /// The real user ID, to which process limits apply.
    package let realUser: UInt32?
    /// The number of threads.
    package let threadCount: Int?
    /// The ID of the process that traces this one, or 0 for none.
    package let tracer: Int?
    /// The effective capabilities, as a bit set.
    package let capabilities: UInt64?
    /// The bounding set of capabilities, as a bit set.
    package let boundingCapabilities: UInt64?
    /// Whether executed programs gain no privileges (no_new_privs).
    package let gainsNoPrivileges: Bool?
    /// The seccomp mode: 0 for none, 1 for strict, 2 for filters.
    package let seccompMode: Int?

    /// Reads the status of a process, given by its ID or `self`; `nil` if there is none.
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

    /// Whether the process has CAP_SYS_PTRACE, so that Yama does not restrict it, or `nil` if unknown.
    package var hasTracingCapability: Bool? { capabilities.map { $0 & Self.tracing != 0 } }

    /// Whether a program with CAP_SYS_PTRACE as a file capability would gain it, or `nil` if unknown.
    package var canGainTracingCapability: Bool? {
        guard let boundingCapabilities, let gainsNoPrivileges else { return nil }
        return boundingCapabilities & Self.tracing != 0 && !gainsNoPrivileges
    }
}
