internal import Glibc
internal import ToolchainCore

/// A running Delve, with what it listens on.
///
/// Everyone who can connect to it can run any program as its user.
package struct DebuggerListener: Hashable, Sendable {
    /// Who may connect, and so run programs as the owner.
    package enum Exposure: String, Hashable, Sendable, Comparable {
        /// Its owner alone.
        case owner
        /// The members of the group of its socket's file.
        case group
        /// Every user of this host.
        case host
        /// Whoever reaches the host over a network.
        case network

        private var weight: Int {
            switch self {
            case .owner: 0
            case .group: 1
            case .host: 2
            case .network: 3
            }
        }

        /// Orders by how many may.
        package static func < (left: Exposure, right: Exposure) -> Bool {
            left.weight < right.weight
        }
    }

    /// The process's number.
    package let processID: Int
    /// The program, or its name where that cannot be seen.
    package let program: String
    /// Its arguments, separated by spaces.
    package let command: String
    /// The number of the user that it runs as; nil where that cannot be told.
    package let user: UInt32?
    /// What it listens on; nil where that cannot be seen, as for processes of other users.
    package let sockets: [Socket]?
    /// What its arguments say that it listens on; nil where they say nothing of it.
    package let announced: String?
    /// Whether its arguments make it listen at all.
    package let isServer: Bool
    /// Whether what its arguments say is of this host alone; nil where that cannot be determined.
    let isAnnouncedLocally: Bool?
    /// Whether it has a network of its own, as in a container; nil where that cannot be seen.
    package let isInOtherNetwork: Bool?

    package struct Socket: Hashable, Sendable {
        /// Where it listens.
        package let socket: ListeningSocket
        /// Who may connect; nil where that cannot be told.
        package let exposure: Exposure?
        /// Why.
        package let reason: String
    }

    /// All that run, in the order of their numbers; nil where /proc cannot be read.
    ///
    /// - Parameters:
    ///   - files: The files of the host.
    ///   - isDelve: Whether the program at a path is Delve, by what is in it; nil where that does not
    ///     say. It is asked of processes that listen, and of no others.
    /// - Returns: The Delves.
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

    /// Whether a program of this name is Delve, by itself or beside others: `dlv`, `dlv-dap`,
    /// `dlv1.25.0`.
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
        // Of other users' processes the program cannot be seen, but its name and arguments.
        let names = [program, files.text("\(directory)/comm"), arguments.first].compactMap { $0 }
        let named = names.first { Self.isDelve($0.split(byte: "/").last ?? "") }
        // Delve under another name, as a wrapper makes it, listens like any other; the program is
        // asked only where the process has sockets, as a host has hundreds of processes.
        var sockets: [ListeningSocket]?
        if named == nil {
            guard program != nil, search.openSockets(of: processID)?.isEmpty == false,
                search.runsDelve(processID) == true
            else { return nil }
            sockets = search.sockets(of: processID)
            guard sockets?.isEmpty == false else { return nil }
        } else if program.map({ !Self.isDelve($0.split(byte: "/").last ?? "") }) == true {
            // It only calls itself so, unless its file says that it is, or does not say and it listens.
            let answer = search.runsDelve(processID)
            sockets = search.sockets(of: processID)
            guard answer ?? (sockets?.isEmpty == false) else { return nil }
        }
        let status = ProcessStatus(of: String(processID), in: files)
        // What has ended and was not waited for listens on nothing.
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
        // It may have ended meanwhile.
        guard sockets != nil || files.exists(directory) else { return nil }
        self.sockets = sockets.map { found in
            found.map { socket in
                let (exposure, reason) = Self.exposure(
                    of: socket,
                    isForAllUsers: flags.letsAllUsersIn,
                    process: directory,
                    in: files
                )
                return Socket(socket: socket, exposure: exposure, reason: reason)
            }
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
            (.network, "not a loopback address, so Delve does not check who connects")
        case .loopback:
            isForAllUsers
                ? (.host, "--only-same-user=false admits every user of this host")
                : (.owner, "a loopback address, where Delve admits only the same user")
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
            return (.host, "an abstract socket, to which every user of this host can connect")
        }
        let isAbsolute = name.hasPrefix("/")
        // Where its root cannot be seen, it is taken for this one.
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
        // Who may not pass through a directory does not get to the file.
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
    /// Who may connect at worst; nil where that cannot be seen.
    package var exposure: Exposure? {
        guard let sockets else {
            // The arguments of another user's process are a hint, and enough to warn.
            if !isServer { return .owner }
            guard announced != nil, isAnnouncedLocally == false else { return nil }
            return .network
        }
        let known = sockets.compactMap(\.exposure).max()
        // The worst is known where nothing is worse, else only where all is.
        if sockets.contains(where: { $0.exposure == nil }), known != .network { return nil }
        return known ?? .owner
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
