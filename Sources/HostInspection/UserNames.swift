internal import ToolchainCore

/// The names of users, from /etc/passwd alone: other sources would be modules of the host's.
public struct UserNames: Hashable, Sendable {
    private let names: [UInt32: String]

    /// Reads /etc/passwd; without it, nobody has a name.
    public init(in files: RootedFiles) {
        var names: [UInt32: String] = [:]
        for line in (files.text("/etc/passwd") ?? "").split(byte: "\n").prefix(100_000) {
            let fields = line.split(byte: ":", omittingEmpty: false)
            guard fields.count >= 3, let number = UInt32(fields[2]), names[number] == nil else {
                continue
            }
            names[number] = fields[0]
        }
        self.names = names
    }

    /// `dev`, or `user 1000` for one without a name.
    public func name(of user: UInt32) -> String { names[user] ?? "user \(user)" }
}
