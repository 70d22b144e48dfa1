internal import Glibc
internal import ToolchainCore

/// A Delve that runs, with what it listens on.
///
/// Whoever can talk to it can run any program as its user: facts/debugging.md §1.6.
public struct DebuggerListener: Hashable, Sendable {
    /// Who may connect, and so run programs as the owner.
    public enum Exposure: String, Hashable, Sendable, Comparable {
        /// Its owner alone.
        case owner
        /// Every user of this host.
        case host
        /// Whoever reaches the host over a network.
        case network

        private var weight: Int {
            switch self {
            case .owner: 0
            case .host: 1
            case .network: 2
            }
        }

        /// Orders by how many may.
        public static func < (left: Exposure, right: Exposure) -> Bool {
            left.weight < right.weight
        }
    }

    /// The process's number.
    public let processID: Int
    /// The program, or its name where that cannot be seen.
    public let program: String
    /// Its arguments, separated by spaces.
    public let command: String
    /// The number of the user that it runs as; nil where that cannot be told.
    public let user: UInt32?
    /// What it listens on; nil where that cannot be seen, as for processes of other users.
    public let sockets: [Socket]?
    /// What its arguments say that it listens on; nil where they say nothing of it.
    public let announced: String?

    /// One of its sockets.
    public struct Socket: Hashable, Sendable {
        /// Where it listens.
        public let socket: ListeningSocket
        /// Who may connect; nil where that cannot be told.
        public let exposure: Exposure?
        /// Why.
        public let reason: String
    }

    /// All that run, in the order of their numbers; nil where /proc cannot be read.
    public static func detected(in files: RootedFiles) -> [DebuggerListener]? {
        guard files.exists("/proc/self/status") || files.exists("/proc/1") else { return nil }
        return files.names(in: "/proc").compactMap { Int($0) }.sorted().compactMap {
            DebuggerListener($0, in: files)
        }
    }

    /// Whether a program of this name is Delve, by itself or beside others: `dlv`, `dlv-dap`,
    /// `dlv1.25.0`.
    static func isDelve(_ name: String) -> Bool {
        guard name.hasPrefix("dlv") else { return false }
        guard let next = name.utf8.dropFirst(3).first else { return true }
        return next == UInt8(ascii: "-") || (48...57).contains(next)
    }

    private init?(_ processID: Int, in files: RootedFiles) {
        let folder = "/proc/\(processID)"
        let status = ProcessStatus(of: String(processID), in: files)
        // What has ended and was not waited for listens on nothing.
        if status?.isZombie == true { return nil }
        let deleted = " (deleted)"
        var program = files.linkTarget(of: "\(folder)/exe")
        if let path = program, path.hasSuffix(deleted) {
            program = String(path.dropLast(deleted.count))
        }
        let arguments = (files.bytes("\(folder)/cmdline", limit: 64 << 10) ?? [])
            .split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        // Of other users' processes the program cannot be seen, but its name and arguments.
        let names =
            program.map { [$0] }
            ?? [files.text("\(folder)/comm"), arguments.first].compactMap { $0 }
        guard let found = names.first(where: { Self.isDelve($0.split(byte: "/").last ?? "") })
        else {
            return nil
        }
        self.processID = processID
        self.program = found
        command = String(
            arguments.joined(separator: " ").withVisibleControls.prefix(300)
        )
        user = status?.user
        let announced = Self.announced(by: arguments)
        self.announced = announced
        let sockets = Self.sockets(
            of: processID,
            isForAllUsers: Self.letsAllUsersIn(arguments),
            in: files
        )
        // It may have ended meanwhile.
        guard sockets != nil || files.exists(folder) else { return nil }
        self.sockets = sockets
    }

    private static func sockets(
        of processID: Int,
        isForAllUsers: Bool,
        in files: RootedFiles
    ) -> [Socket]? {
        let folder = "/proc/\(processID)/fd"
        let names = files.names(in: folder)
        // A process without any descriptor is not the case that counts: it cannot be looked into.
        guard !names.isEmpty,
            let table = SocketTable.listening(of: String(processID), in: files)
        else { return nil }
        let targets = names.compactMap { files.linkTarget(of: "\(folder)/\($0)") }
        // Of a program with capabilities its owner sees the names of descriptors, but not where they
        // lead.
        guard !targets.isEmpty else { return nil }
        let inodes = Set(
            targets.compactMap { target -> UInt64? in
                guard target.hasPrefix("socket:["), target.hasSuffix("]") else { return nil }
                return UInt64(target.dropFirst(8).dropLast())
            }
        )
        return table.filter { inodes.contains($0.inode) }.map { socket in
            let (exposure, reason) = exposure(
                of: socket,
                isForAllUsers: isForAllUsers,
                process: "/proc/\(processID)",
                in: files
            )
            return Socket(socket: socket, exposure: exposure, reason: reason)
        }
    }

    private static func exposure(
        of socket: ListeningSocket,
        isForAllUsers: Bool,
        process: String,
        in files: RootedFiles
    ) -> (Exposure?, String) {
        switch socket.reach {
        case .network:
            (.network, "not a loopback address, so Delve does not ask who connects")
        case .loopback:
            isForAllUsers
                ? (.host, "--only-same-user=false lets every user of this host in")
                : (.owner, "a loopback address, where Delve lets in the same user only")
        case .file: fileExposure(of: socket, process: process, in: files)
        }
    }

    /// The file's mode is all that protects it: Delve does not ask who connects there.
    ///
    /// The process may see other files by the same names, in a container or after chroot(2).
    private static func fileExposure(
        of socket: ListeningSocket,
        process: String,
        in files: RootedFiles
    ) -> (Exposure?, String) {
        guard let name = socket.path else {
            return (.host, "an abstract name, which every user of this host may connect to")
        }
        let isAbsolute = name.hasPrefix("/")
        // Where its root cannot be seen, it is taken for this one.
        let isSeen = files.linkTarget(of: "\(process)/root") != nil
        guard isSeen || isAbsolute else {
            return (nil, "a name in its working folder, which cannot be seen")
        }
        let root = isSeen ? "\(process)/root" : ""
        let path = isAbsolute ? root + name : "\(process)/cwd/\(name)"
        guard let mode = mode(of: path, in: files) else {
            guard isSeen, isAbsolute else {
                return (nil, "its file cannot be found from here")
            }
            return (.owner, "its file is gone, so that nobody can connect")
        }
        guard mode & S_IFMT == S_IFSOCK else {
            return (nil, "what has its name is no socket")
        }
        let digits = String(mode & 0o777, radix: 8)
        guard mode & 0o022 != 0 else { return (.owner, "its file's mode is \(digits)") }
        // Whoever may not pass through a folder does not get to the file.
        let parts = isAbsolute ? name.split(byte: "/").dropLast() : []
        for count in parts.indices.map({ $0 + 1 }) {
            let folder = "/" + parts.prefix(count).joined(separator: "/")
            if let mode = self.mode(of: root + folder, in: files), mode & 0o011 == 0 {
                return (
                    .owner, "its file's mode is \(digits), but only the owner may enter \(folder)"
                )
            }
        }
        return (.host, "its file's mode is \(digits), and Delve does not ask who connects there")
    }

    private static func mode(of path: String, in files: RootedFiles) -> UInt32? {
        guard let path = files.pathForSystemCall(path) else { return nil }
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status.st_mode : nil
    }

    /// Whether `--only-same-user` is false, in one of the ways that pflag takes.
    private static func letsAllUsersIn(_ arguments: [String]) -> Bool {
        let flag = "--only-same-user="
        return arguments.prefix { $0 != "--" }.contains { argument in
            argument.hasPrefix(flag)
                && ["0", "f", "F", "false", "FALSE", "False"]
                    .contains(String(argument.dropFirst(flag.count)))
        }
    }

    /// What `--listen` or `-l` says.
    private static func announced(by arguments: [String]) -> String? {
        for (index, argument) in arguments.enumerated() {
            // What follows is for the program that is debugged.
            if argument == "--" { return nil }
            for prefix in ["--listen=", "-l="] where argument.hasPrefix(prefix) {
                return String(argument.dropFirst(prefix.count))
            }
            if argument == "--listen" || argument == "-l", index + 1 < arguments.count {
                return arguments[index + 1]
            }
            // pflag takes what follows a short name at once for its value.
            if argument.hasPrefix("-l"), argument.utf8.count > 2 {
                return String(argument.dropFirst(2))
            }
        }
        return nil
    }
}

extension DebuggerListener {
    /// Who may connect at worst; nil where that cannot be seen.
    public var exposure: Exposure? {
        guard let sockets else {
            // The arguments of another user's process are a hint, and enough to warn.
            guard let announced, !Self.isLocal(announced) else { return nil }
            return .network
        }
        let known = sockets.compactMap(\.exposure).max()
        // The worst is known where nothing is worse, else only where all is.
        if sockets.contains(where: { $0.exposure == nil }), known != .network { return nil }
        return known ?? .owner
    }

    private static func isLocal(_ address: String) -> Bool {
        address.hasPrefix("unix:") || address.hasPrefix("127.") || address.hasPrefix("localhost:")
            || address.hasPrefix("[::1]:")
    }

    /// Its port on the network, if it has one.
    var exposedPort: UInt16? {
        let port =
            sockets?.first { $0.exposure == .network }?.socket.port
            ?? announced?.split(byte: ":").last.flatMap { UInt16($0) }
        // 0 asks the kernel for one.
        return port == 0 ? nil : port
    }
}
