internal import Glibc
internal import ToolchainCore

/// Which sockets processes listen on.
///
/// Each process is asked for its own tables, which are those of its network. As only Delve is asked,
/// there are too few processes for sharing a table to be worth anything.
struct ListenerSearch {
    let files: RootedFiles
    private let ownNetwork: String?
    private let isDelve: (String) -> Bool?
    /// The answers by program, as many processes run the same few.
    private var answers: [Executable: Bool?] = [:]

    private struct Executable: Hashable {
        let device: dev_t
        let inode: ino_t
    }

    /// Looks at the processes of `files`; `isDelve` says whether the program at a path is Delve, by
    /// what is in it, or nil where that does not say.
    init(files: RootedFiles, isDelve: @escaping (String) -> Bool?) {
        self.files = files
        self.isDelve = isDelve
        ownNetwork = files.linkTarget(of: "/proc/self/ns/net")
    }

    /// Whether a process has another network than this one; nil where that cannot be seen.
    func isInOtherNetwork(_ processID: Int) -> Bool? {
        guard let ownNetwork, let other = files.linkTarget(of: "/proc/\(processID)/ns/net") else {
            return nil
        }
        return other != ownNetwork
    }

    /// Whether what a process runs is Delve, by what is in the file; nil where that does not say.
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

    /// The numbers of the sockets that a process has open; nil where that cannot be seen, as for
    /// processes of other users.
    func openSockets(of processID: Int) -> Set<UInt64>? {
        let directory = "/proc/\(processID)/fd"
        let names = files.names(in: directory)
        // A process without any descriptor is not the case that counts: it cannot be looked into.
        guard !names.isEmpty else { return nil }
        let targets = names.compactMap { files.linkTarget(of: "\(directory)/\($0)") }
        // Of a program with capabilities its owner sees the names of descriptors, but not where they
        // lead.
        guard !targets.isEmpty else { return nil }
        return Set(
            targets.compactMap { target -> UInt64? in
                guard target.hasPrefix("socket:["), target.hasSuffix("]") else { return nil }
                return UInt64(target.dropFirst(8).dropLast())
            }
        )
    }

    /// What a process listens on; nil where that cannot be seen.
    func sockets(of processID: Int) -> [ListeningSocket]? {
        guard let open = openSockets(of: processID),
            let table = SocketTable.listening(of: String(processID), in: files)
        else { return nil }
        return table.filter { open.contains($0.inode) }
    }
}
