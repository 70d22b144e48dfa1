internal import Glibc
internal import ToolchainCore

/// A running Delve process and its listening sockets.
///
/// Anyone who can connect to it can run any program as its user.
package struct DebuggerListener: Hashable, Sendable {
    /// The users who can connect, and so run programs as the owner.
    package enum Exposure: String, Hashable, Sendable, Comparable {
        /// Only its owner.
        case owner
        /// The members of the socket file's group.
        case group
        /// Every user of this host.
        case host
        /// Anyone who can reach the host over the network.
        case network

        private var weight: Int {
            switch self {
            case .owner: 0
            case .group: 1
            case .host: 2
            case .network: 3
            }
        }

        /// Orders from the fewest users to the most.
        package static func < (left: Exposure, right: Exposure) -> Bool {
            left.weight < right.weight
        }
    }

    /// The process ID.
    package let processID: Int
    /// The path of the program, or its name if the path is not visible.
    package let program: String
    /// The command line, separated by spaces and at most 300 characters long.
    package let command: String
    /// The ID of the user that it runs as, or `nil` if unknown.
    package let user: UInt32?
    /// The sockets that it listens on, or `nil` if they are not visible, as for other users' processes.
    package let sockets: [Socket]?
    /// The listening address in its arguments, or `nil` if they contain none.
    package let announced: String?
    /// Whether its arguments make it listen.
    package let isServer: Bool
    /// Whether the address in its arguments is local, or `nil` if that cannot be determined.
    let isAnnouncedLocally: Bool?
    /// Whether it is in another network namespace, as in a container, or `nil` if that is not visible.
    package let isInOtherNetwork: Bool?

    /// A listening socket and the users who can connect to it.
    package struct Socket: Hashable, Sendable {
        /// The socket.
        package let socket: ListeningSocket
        /// The users who can connect, or `nil` if unknown.
        package let exposure: Exposure?
        /// The reason for the exposure.
        package let reason: String
    }

    /// Finds all running Delve processes.
    ///
    /// - Parameters:
    ///   - files: The files of the host.
    ///   - isDelve: Returns whether the program at a path is Delve according to its contents, or `nil`
    ///     if unknown. It is called only for processes that listen.
    /// - Returns: The processes in order of their IDs, or `nil` if /proc cannot be read.
    package static func detected(
        in files: RootedFiles,
        isDelve: @escaping (String) -> Bool? = { _ in nil }
    ) -> [DebuggerListener]? {
        guard files.exists("/proc/self/status") || files.exists("/proc/1") else { return nil }
        var search = ListenerSearch(files: files, isDelve: isDelve)
        return files.names(in: "/proc").compactMap { Int($0) }.sorted().compactMap {
            DebuggerListener($0, &search)
        }
    }

    /// Whether a program name belongs to Delve: `dlv`, `dlv-dap`, `dlv1.25.0`.
    static func isDelve(_ name: String) -> Bool {
        guard name.hasPrefix("dlv") else { return false }
        guard let next = name.utf8.dropFirst(3).first else { return true }
        return next == UInt8(ascii: "-") || next.isDigit
    }

    private init?(_ processID: Int, _ search: inout ListenerSearch) {
        let files = search.files
        let directory = "/proc/\(processID)"
        let deleted = " (deleted)"
        var program = files.linkTarget(of: "\(directory)/exe")
        if let path = program, path.hasSuffix(deleted) {
            program = String(path.dropLast(deleted.count))
        }
        let arguments = (files.bytes("\(directory)/cmdline", limit: 64 << 10) ?? [])
            .split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        // For other users' processes, the program is not visible, but its name and arguments are.
        let names = [program, files.text("\(directory)/comm"), arguments.first].compactMap { $0 }
        let named = names.first { Self.isDelve($0.split(byte: "/").last ?? "") }
        // Delve may run under another name, for instance through a wrapper. Only programs of processes
        // with sockets are inspected, because a host has hundreds of processes.
        var sockets: [ListeningSocket]?
        if named == nil {
            guard program != nil, search.openSockets(of: processID)?.isEmpty == false,
                search.runsDelve(processID) == true
            else { return nil }
            sockets = search.sockets(of: processID)
            guard sockets?.isEmpty == false else { return nil }
        } else if program.map({ !Self.isDelve($0.split(byte: "/").last ?? "") }) == true {
            // Only the name belongs to Delve. It counts if its file is Delve, or if the file is
            // inconclusive and the process listens.
            let answer = search.runsDelve(processID)
            sockets = search.sockets(of: processID)
            guard answer ?? (sockets?.isEmpty == false) else { return nil }
        }
        let status = ProcessStatus(of: String(processID), in: files)
        // A zombie process does not listen.
        if status?.isZombie == true { return nil }
        self.processID = processID
        self.program = named ?? program ?? ""
        command = String(
            arguments.joined(separator: " ").withVisibleControls.prefix(300)
        )
        user = status?.user
        let flags = DelveArguments(arguments.dropFirst())
        announced = flags.address
        isServer = flags.listens
        isAnnouncedLocally = flags.address.flatMap { DelveArguments.isLocal($0, in: files) }
        isInOtherNetwork = search.isInOtherNetwork(processID)
        if sockets == nil { sockets = search.sockets(of: processID) }
        // The process may have ended in the meantime.
        guard sockets != nil || files.exists(directory) else { return nil }
        self.sockets = sockets.map { found in
            found.map { socket in
                let (exposure, reason) = Self.exposure(
                    of: socket,
                    admitsAllUsers: flags.admitsAllUsers,
                    process: directory,
                    in: files
                )
                return Socket(socket: socket, exposure: exposure, reason: reason)
            }
        }
    }

    private static func exposure(
        of socket: ListeningSocket,
        admitsAllUsers: Bool,
        process: String,
        in files: RootedFiles
    ) -> (Exposure?, String) {
        switch socket.reach {
        case .network:
            (.network, "not a loopback address, so Delve does not check who connects")
        case .loopback:
            admitsAllUsers
                ? (.host, "--only-same-user=false admits every user of this host")
                : (.owner, "a loopback address, where Delve admits only the same user")
        case .file: fileExposure(of: socket, process: process, in: files)
        }
    }

    /// Only the file mode protects a Unix socket: Delve does not check who connects.
    ///
    /// In a container or after chroot(2), the process may see different files under the same paths.
    private static func fileExposure(
        of socket: ListeningSocket,
        process: String,
        in files: RootedFiles
    ) -> (Exposure?, String) {
        guard let name = socket.path else {
            return (.host, "an abstract socket, to which every user of this host can connect")
        }
        let isAbsolute = name.hasPrefix("/")
        // If the root directory of the process is not visible, it is assumed to be this one.
        let isSeen = files.linkTarget(of: "\(process)/root") != nil
        guard isSeen || isAbsolute else {
            return (nil, "a path in its working directory, which is not visible")
        }
        let root = isSeen ? "\(process)/root" : ""
        let path = isAbsolute ? root + name : "\(process)/cwd/\(name)"
        guard let status = status(of: path, in: files) else {
            guard isSeen, isAbsolute else {
                return (nil, "its socket file is not visible")
            }
            return (.owner, "its socket file was deleted, so nobody can connect")
        }
        let mode = status.st_mode
        guard mode & S_IFMT == S_IFSOCK else {
            return (nil, "the file at its path is not a socket")
        }
        let digits = String(mode & 0o777, radix: 8)
        guard mode & 0o022 != 0 else { return (.owner, "socket mode \(digits)") }
        // A user who cannot search a parent directory cannot reach the file.
        let parts = isAbsolute ? name.split(byte: "/").dropLast() : []
        var isForGroup = mode & 0o002 == 0
        var group = status.st_gid
        for count in parts.indices.map({ $0 + 1 }) {
            let directory = "/" + parts.prefix(count).joined(separator: "/")
            guard let above = self.status(of: root + directory, in: files) else { continue }
            if above.st_mode & 0o011 == 0 {
                return (
                    .owner, "socket mode \(digits), but only the owner can enter \(directory)"
                )
            }
            if above.st_mode & 0o001 == 0 {
                isForGroup = true
                group = above.st_gid
            }
        }
        guard isForGroup else {
            return (
                .host, "socket mode \(digits), and Delve does not check who connects there"
            )
        }
        let members = GroupNames(in: files).name(of: group)
        return (
            .group,
            "socket mode \(digits), which admits \(members), and Delve does not check who connects"
                + " there"
        )
    }

    private static func status(of path: String, in files: RootedFiles) -> stat? {
        guard let path = files.pathForSystemCall(path) else { return nil }
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status : nil
    }
}

extension DebuggerListener {
    /// The worst exposure of its sockets, or `nil` if unknown.
    package var exposure: Exposure? {
        guard let sockets else {
            // The arguments of another user's process are only an indication, but enough for a warning.
            if !isServer { return .owner }
            guard announced != nil, isAnnouncedLocally == false else { return nil }
            return .network
        }
        let known = sockets.compactMap(\.exposure).max()
        // Unless it is the worst possible, the maximum is only known if all exposures are.
        if sockets.contains(where: { $0.exposure == nil }), known != .network { return nil }
        return known ?? .owner
    }

    /// The port that is reachable over the network, or `nil`.
    var exposedPort: UInt16? {
        let port =
            sockets?.first { $0.exposure == .network }?.socket.port
            ?? announced?.split(byte: ":").last.flatMap { UInt16($0) }
        // Port 0 lets the kernel select a port.
        return port == 0 ? nil : port
    }
}
