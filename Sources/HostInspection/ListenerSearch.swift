internal import ToolchainCore

/// Which sockets processes listen on: each table is read once for all processes of a network.
struct ListenerSearch {
    let files: RootedFiles
    /// Whether the program at a path is Delve, by what is in it; nil where that does not say.
    let isDelve: (String) -> Bool?
    /// The tables by the network that they are of.
    private var tables: [String: [ListeningSocket]?] = [:]
    private let ownNetwork: String?

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

    /// What a process listens on; nil where that cannot be seen, as for processes of other users.
    mutating func sockets(of processID: Int) -> [ListeningSocket]? {
        let folder = "/proc/\(processID)/fd"
        let names = files.names(in: folder)
        // A process without any descriptor is not the case that counts: it cannot be looked into.
        guard !names.isEmpty else { return nil }
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
        guard let table = table(of: processID) else { return nil }
        return table.filter { inodes.contains($0.inode) }
    }

    private mutating func table(of processID: Int) -> [ListeningSocket]? {
        guard let network = files.linkTarget(of: "/proc/\(processID)/ns/net") else {
            return SocketTable.listening(of: String(processID), in: files)
        }
        if let known = tables[network] { return known }
        let table = SocketTable.listening(of: String(processID), in: files)
        tables[network] = table
        return table
    }
}
