internal import ToolchainCore
internal import ToolchainHost

/// How much this process and what it starts may have: getrlimit(2), as /proc/self/limits says.
package struct ProcessLimits: Hashable, Sendable {
    /// Bytes of address space; nil where there is no limit, or none is known.
    package let addressSpace: Int?
    /// How many more processes and threads this user may have; nil where there is no limit, or none
    /// that counts.
    package let remainingThreads: Int?
    /// Bytes of a file that is written.
    package let fileSize: Int?
    /// How many files may be open at once.
    package let openFiles: Int?
    /// Whether the limits could be read.
    package let isKnown: Bool

    /// Reads them.
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

    /// A limit beyond this one is not reached by what doctor is asked about.
    private static let countedUpTo = 8192

    private static func remaining(_ limit: Int, in files: RootedFiles) -> Int? {
        guard limit <= countedUpTo, let status = ProcessStatus(of: "self", in: files) else {
            return nil
        }
        // The kernel does not hold root to it, nor who has CAP_SYS_RESOURCE or CAP_SYS_ADMIN.
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

    /// Below this many bytes of address space neither go nor dlv starts: each reserves more.
    ///
    /// Measured with Go 1.21.13 and 1.27.3 on amd64, as the next one, with which they build the runtime.
    private static let leastToStart = 800_000_000
    private static let leastToBuild = 2_000_000_000
    /// What one `dlv` with the program that it debugs has.
    private static let fewestThreads = 40
    /// A Delve, and a program of middling size with its debug information.
    private static let leastFileSize = 64 << 20
    /// A build opens some hundred files at once.
    private static let fewestFiles = 256

    /// Whether go and dlv can run within the limits.
    var check: DoctorCheck {
        let title = "resource limits allow go and dlv to run"
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
