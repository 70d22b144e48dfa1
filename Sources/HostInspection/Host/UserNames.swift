internal import ToolchainCore

/// The names of users, from /etc/passwd alone: other sources would be modules of the host's.
package struct UserNames: Hashable, Sendable {
    private let names: [UInt32: String]
    private let homes: [UInt32: String]

    /// Reads /etc/passwd; without it, nobody has a name.
    package init(in files: RootedFiles) {
        var names: [UInt32: String] = [:]
        var homes: [UInt32: String] = [:]
        for line in (files.text("/etc/passwd") ?? "").split(byte: "\n").prefix(100_000) {
            let fields = line.split(byte: ":", omittingEmpty: false)
            guard fields.count >= 3, let number = UInt32(fields[2]), names[number] == nil else {
                continue
            }
            names[number] = fields[0]
            if fields.count >= 6, fields[5].hasPrefix("/") { homes[number] = fields[5] }
        }
        self.names = names
        self.homes = homes
    }

    /// The home of a user; nil where /etc/passwd does not say.
    package func home(of user: UInt32) -> String? { homes[user] }

    /// `dev`, or `user 1000` for one without a name.
    package func name(of user: UInt32) -> String { names[user] ?? "user \(user)" }
}

/// The names of groups, from /etc/group alone.
struct GroupNames {
    let files: RootedFiles

    init(in files: RootedFiles) { self.files = files }

    /// `the group dev`, or `the group 1000` for one without a name.
    func name(of group: UInt32) -> String {
        let line = (files.text("/etc/group") ?? "").split(byte: "\n").prefix(100_000).first {
            let fields = $0.split(byte: ":", omittingEmpty: false)
            return fields.count >= 3 && UInt32(fields[2]) == group
        }
        let name = line?.split(byte: ":", omittingEmpty: false).first ?? String(group)
        return "the group \(name.withVisibleControls)"
    }
}
