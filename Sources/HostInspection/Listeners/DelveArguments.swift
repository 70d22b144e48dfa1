internal import ToolchainCore

/// The listening options in a Delve command line, as Delve's flag parser (pflag) interprets them.
struct DelveArguments: Hashable, Sendable {
    /// The address to listen on, or `nil` if none is given.
    let address: String?
    /// Whether Delve listens: `dlv dap` does, and other commands do with `--headless`.
    let listens: Bool
    /// Whether other users of the host can connect to a loopback address.
    let admitsAllUsers: Bool

    private static let commands: Set<String> = [
        "attach", "connect", "core", "dap", "debug", "exec", "help", "replay", "run", "test",
        "trace",
        "version",
    ]

    /// Parses the arguments after the program's name.
    init(_ arguments: some Sequence<String>) {
        var address: String?
        var command: String?
        var isHeadless = false
        var admitsAllUsers = false
        var isAddressNext = false
        for argument in arguments {
            if isAddressNext {
                address = argument
                isAddressNext = false
                continue
            }
            // The arguments that follow are for the debugged program.
            if argument == "--" { break }
            guard argument.hasPrefix("-") else {
                if command == nil, Self.commands.contains(argument) { command = argument }
                continue
            }
            let parts = argument.split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            ).map(String.init)
            let value = parts.count == 2 ? parts[1] : nil
            // The last of several occurrences of a flag takes effect.
            switch parts[0] {
            case "--listen", "-l":
                address = value ?? address
                isAddressNext = value == nil
            case "--headless": isHeadless = Self.isTrue(value)
            case "--only-same-user": admitsAllUsers = !Self.isTrue(value)
            default:
                // pflag treats the text directly after a short name as its value.
                if argument.hasPrefix("-l"), !argument.hasPrefix("--") {
                    address = String(argument.dropFirst(2))
                }
            }
        }
        self.address = address
        self.admitsAllUsers = admitsAllUsers
        // An unknown command is assumed to listen.
        listens =
            switch command {
            case "connect", "help", "version": false
            case "dap", nil: true
            default: isHeadless
            }
    }

    private static func isTrue(_ value: String?) -> Bool {
        value.map { !["0", "f", "F", "false", "FALSE", "False"].contains($0) } ?? true
    }

    /// Whether only this host can reach an address, or `nil` if unknown; names are looked up only in
    /// /etc/hosts.
    static func isLocal(_ address: String, in files: RootedFiles) -> Bool? {
        if address.hasPrefix("unix:") { return true }
        guard let colon = address.lastIndex(of: ":") else { return nil }
        var host = String(address[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        // An empty host means all addresses of this host.
        if host.isEmpty { return false }
        if let isLoopback = isLoopback(host) { return isLoopback }
        if host == "localhost" { return true }
        var found: [Bool] = []
        for line in (files.text("/etc/hosts") ?? "").split(byte: "\n").prefix(10_000) {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard let first = words.first,
                words.dropFirst().contains(where: { $0.lowercased() == host.lowercased() }),
                let isLoopback = isLoopback(String(first))
            else { continue }
            found.append(isLoopback)
        }
        return found.isEmpty ? nil : found.allSatisfy { $0 }
    }

    /// Whether a numeric address is a loopback address, or `nil` for a name.
    private static func isLoopback(_ host: String) -> Bool? {
        if host.contains(":") {
            let bare = host.prefix { $0 != "%" }
            guard bare.utf8.allSatisfy({ ":.0123456789abcdefABCDEF".utf8.contains($0) }) else {
                return nil
            }
            return bare == "::1" || bare == "0:0:0:0:0:0:0:1" || bare.hasPrefix("::ffff:127.")
        }
        let parts = host.split(byte: ".", omittingEmpty: false)
        guard parts.count == 4, parts.allSatisfy({ UInt8($0) != nil }) else { return nil }
        return parts[0] == "127"
    }
}
