internal import ToolchainCore

/// The user names in /etc/passwd; other sources would require loading NSS modules of the host.
package struct UserNames: Hashable, Sendable {
    private let names: [UInt32: String]
    private let homes: [UInt32: String]

    /// Reads /etc/passwd; if it is missing, there are no names.
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

    /// Returns the home directory of a user, or `nil` if /etc/passwd does not contain it.
    package func home(of user: UInt32) -> String? { homes[user] }

    /// Returns the name of a user, such as `dev`, or `user 1000` if there is none.
    package func name(of user: UInt32) -> String { names[user] ?? "user \(user)" }
}

/// The group names in /etc/group.
struct GroupNames {
    let files: RootedFiles

    init(in files: RootedFiles) { self.files = files }

    /// Returns `the group dev`, or `the group 1000` if the group has no name.
    func name(of group: UInt32) -> String {
        let line = (files.text("/etc/group") ?? "").split(byte: "\n").prefix(100_000).first {
            let fields = $0.split(byte: ":", omittingEmpty: false)
            return fields.count >= 3 && UInt32(fields[2]) == group
        }
        let name = line?.split(byte: ":", omittingEmpty: false).first ?? String(group)
        return "the group \(name.withVisibleControls)"
    }
}
