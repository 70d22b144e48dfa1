internal import ToolchainCore

/// What a command line of Delve says of listening, as its parser of flags (pflag) reads it.
struct DelveArguments: Hashable, Sendable {
    /// Where it says to listen; nil where it says nothing.
    let address: String?
    /// Whether it listens at all: `dlv dap` does, the others with `--headless`.
    let listens: Bool
    /// Whether other users of the host may connect to a loopback address.
    let letsAllUsersIn: Bool

    private static let commands: Set<String> = [
        "attach", "connect", "core", "dap", "debug", "exec", "help", "replay", "run", "test",
        "trace",
        "version",
    ]

    /// Reads the arguments behind the program's name.
    init(_ arguments: some Sequence<String>) {
        var address: String?
        var command: String?
        var isHeadless = false
        var letsAllUsersIn = false
        var isAddressNext = false
        for argument in arguments {
            if isAddressNext {
                address = argument
                isAddressNext = false
                continue
            }
            // What follows is for the program that is debugged.
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
            // Of a flag that is given several times the last one counts.
            switch parts[0] {
            case "--listen", "-l":
                address = value ?? address
                isAddressNext = value == nil
            case "--headless": isHeadless = Self.isTrue(value)
            case "--only-same-user": letsAllUsersIn = !Self.isTrue(value)
            default:
                // pflag takes what follows a short name at once for its value.
                if argument.hasPrefix("-l"), !argument.hasPrefix("--") {
                    address = String(argument.dropFirst(2))
                }
            }
        }
        self.address = address
        self.letsAllUsersIn = letsAllUsersIn
        // A command that is not known is taken for one that listens.
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

    /// Who can reach an address, with names looked up in /etc/hosts alone; nil where that does not say.
    static func isLocal(_ address: String, in files: RootedFiles) -> Bool? {
        if address.hasPrefix("unix:") { return true }
        guard let colon = address.lastIndex(of: ":") else { return nil }
        var host = String(address[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        // No host is every address of this one.
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

    /// Whether an address in numbers is a loopback one; nil for a name.
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
