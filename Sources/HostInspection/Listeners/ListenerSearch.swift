internal import Glibc
internal import ToolchainCore

/// Finds the sockets that processes listen on.
///
/// The socket tables are read per process, because each process may have its own network namespace.
/// Only Delve processes are examined, so sharing tables between them is not worthwhile.
struct ListenerSearch {
    let files: RootedFiles
    private let ownNetwork: String?
    private let isDelve: (String) -> Bool?
    /// The cached answers per program, because many processes run the same few programs.
    private var answers: [Executable: Bool?] = [:]

    private struct Executable: Hashable {
        let device: dev_t
        let inode: ino_t
    }

    /// Creates a search among the processes of `files`; `isDelve` returns whether the program at a path
    /// is Delve according to its contents, or `nil` if unknown.
    init(files: RootedFiles, isDelve: @escaping (String) -> Bool?) {
        self.files = files
        self.isDelve = isDelve
        ownNetwork = files.linkTarget(of: "/proc/self/ns/net")
    }

    /// Whether a process is in a different network namespace from this one, or `nil` if that is not
    /// visible.
    func isInOtherNetwork(_ processID: Int) -> Bool? {
        guard let ownNetwork, let other = files.linkTarget(of: "/proc/\(processID)/ns/net") else {
            return nil
        }
        return other != ownNetwork
    }

    /// Whether a process runs Delve according to the contents of its program, or `nil` if unknown.
    mutating func runsDelve(_ processID: Int) -> Bool? {
        guard let path = files.pathForSystemCall("/proc/\(processID)/exe") else { return nil }
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        let executable = Executable(device: status.st_dev, inode: status.st_ino)
        if let known = answers[executable] { return known }
        let answer = isDelve(path)
        answers[executable] = .some(answer)
        return answer
    }

    /// Returns the inode numbers of a process's open sockets, or `nil` if they are not visible, as for
    /// other users' processes.
    func openSockets(of processID: Int) -> Set<UInt64>? {
        let directory = "/proc/\(processID)/fd"
        let names = files.names(in: directory)
        // An empty list almost always means that the descriptors are not visible.
        guard !names.isEmpty else { return nil }
        let targets = names.compactMap { files.linkTarget(of: "\(directory)/\($0)") }
        // For a program with capabilities, its owner sees the descriptors, but not their targets.
        guard !targets.isEmpty else { return nil }
        return Set(
            targets.compactMap { target -> UInt64? in
                guard target.hasPrefix("socket:["), target.hasSuffix("]") else { return nil }
                return UInt64(target.dropFirst(8).dropLast())
            }
        )
    }

    /// Returns the sockets that a process listens on, or `nil` if they are not visible.
    func sockets(of processID: Int) -> [ListeningSocket]? {
        guard let open = openSockets(of: processID),
            let table = SocketTable.listening(of: String(processID), in: files)
        else { return nil }
        return table.filter { open.contains($0.inode) }
    }
}
