internal import ToolchainCore
internal import ToolchainHost

/// The resource limits of this process and its children: getrlimit(2), from /proc/self/limits.
package struct ProcessLimits: Hashable, Sendable {
    /// The limit on the address space, in bytes, or `nil` if unlimited or unknown.
    package let addressSpace: Int?
    /// The number of further processes and threads that this user can create, or `nil` if unlimited or
    /// too large to matter.
    package let remainingThreads: Int?
    /// The limit on the size of a file, in bytes, or `nil` if unlimited.
    package let fileSize: Int?
    /// The limit on open files, or `nil` if unlimited.
    package let openFiles: Int?
    /// Whether the limits could be read.
    package let isKnown: Bool

    /// Reads the limits.
    static func detected(in files: RootedFiles) -> ProcessLimits {
        let text = files.text("/proc/self/limits")
        func soft(_ name: String) -> Int? {
            guard let line = text?.split(byte: "\n").first(where: { $0.hasPrefix(name) }) else {
                return nil
            }
            return line.dropFirst(name.count).split(separator: " ").first.flatMap { Int($0) }
        }
        return ProcessLimits(
            addressSpace: soft("Max address space"),
            remainingThreads: soft("Max processes").flatMap { remaining($0, in: files) },
            fileSize: soft("Max file size"),
            openFiles: soft("Max open files"),
            isKnown: text != nil
        )
    }

    /// A larger process limit is never reached by debugging, so processes are not counted for it.
    private static let countedUpTo = 8192

    private static func remaining(_ limit: Int, in files: RootedFiles) -> Int? {
        guard limit <= countedUpTo, let status = ProcessStatus(of: "self", in: files) else {
            return nil
        }
        // The limit does not apply to root and to processes with CAP_SYS_RESOURCE or CAP_SYS_ADMIN.
        let exempting: UInt64 = 1 << 24 | 1 << 21
        guard status.realUser != 0, (status.capabilities ?? 0) & exempting == 0 else { return nil }
        let used = files.names(in: "/proc").compactMap { Int($0) }.reduce(0) { sum, process in
            guard let other = ProcessStatus(of: String(process), in: files),
                other.realUser == status.realUser
            else { return sum }
            return sum + (other.threadCount ?? 1)
        }
        return max(0, limit - used)
    }

    /// The address space, in bytes, that go and dlv reserve when they start.
    ///
    /// This value and the next one, with which they build the runtime, were measured with Go 1.21.13
    /// and 1.27.3 on amd64.
    private static let leastToStart = 800_000_000
    private static let leastToBuild = 2_000_000_000
    /// The number of threads of a `dlv` and the program that it debugs.
    private static let fewestThreads = 40
    /// The size, in bytes, of a medium-sized program with debug information, or of Delve.
    private static let leastFileSize = 64 << 20
    /// The number of files that a build opens at once.
    private static let fewestFiles = 256

    /// Checks that go and dlv can run within the limits.
    var check: DoctorCheck {
        let title = "resource limits"
        guard isKnown else {
            return DoctorCheck(
                .limits,
                .unknown,
                title,
                evidence: ["/proc/self/limits cannot be read"]
            )
        }
        var verdict = DoctorCheck.Verdict.ok
        var evidence: [String] = []
        var fix: [String] = []
        if let addressSpace, addressSpace < Self.leastToBuild {
            let starts = addressSpace >= Self.leastToStart
            verdict = starts ? .degraded : .blocked
            evidence.append(
                "RLIMIT_AS is \(ByteCount(addressSpace)): "
                    + (starts
                        ? "the compiler runs out of memory below \(ByteCount(Self.leastToBuild))"
                        : "neither go nor dlv starts below \(ByteCount(Self.leastToStart))")
            )
            fix.append("ulimit -v unlimited")
        }
        if let remainingThreads, remainingThreads < Self.fewestThreads {
            verdict = max(verdict, .degraded)
            evidence.append(
                "RLIMIT_NPROC allows this user \(remainingThreads) more threads; dlv and its program"
                    + " require about \(Self.fewestThreads)"
            )
            fix.append("ulimit -u unlimited")
        }
        if let fileSize, fileSize < Self.leastFileSize {
            verdict = max(verdict, .degraded)
            evidence.append(
                "RLIMIT_FSIZE is \(ByteCount(fileSize)): Go may build larger files"
            )
            fix.append("ulimit -f unlimited")
        }
        if let openFiles, openFiles < Self.fewestFiles {
            verdict = max(verdict, .degraded)
            evidence.append("RLIMIT_NOFILE is \(openFiles): a build opens more files at once")
            fix.append("ulimit -n 1024")
        }
        return DoctorCheck(
            .limits,
            verdict,
            title,
            evidence: evidence.isEmpty ? ["no limit is too low"] : evidence,
            fix: fix.isEmpty
                ? [] : fix + ["if the hard limit is too low, ask an administrator to raise it"]
        )
    }
}
