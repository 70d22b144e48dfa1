internal import ToolchainCore

/// The forwarding settings of the host's sshd, as far as sshd_config(5) is readable.
///
/// `sshd -T` would print them, but requires root.
package struct SecureShellServer: Hashable, Sendable {
    /// Whether TCP forwarding is allowed.
    package enum Forwarding: String, Hashable, Sendable {
        case allowed
        case refused
        /// It depends on the connection: a `Match` block differs from the global settings.
        case depends
        /// No sshd_config exists.
        case absent
        /// A file of the configuration cannot be read.
        case unknown
    }

    /// Whether TCP forwarding is allowed.
    package let forwarding: Forwarding
    /// The settings from which this was concluded.
    package let evidence: [String]

    /// Reads /etc/ssh/sshd_config and the files that it includes.
    package static func detected(in files: RootedFiles) -> SecureShellServer {
        let file = "/etc/ssh/sshd_config"
        guard files.exists(file) else {
            return SecureShellServer(forwarding: .absent, evidence: ["\(file) does not exist"])
        }
        var reader = ConfigurationReader(files: files)
        reader.read(file, isInMatch: false, depth: 0)
        if let unreadable = reader.unreadable {
            return SecureShellServer(
                forwarding: .unknown,
                evidence: ["\(unreadable) cannot be read"]
            )
        }
        // The first value takes effect; the default is to allow forwarding.
        let disabling = reader.forAll["disableforwarding"] ?? reader.global["disableforwarding"]
        let isDisabled = disabling?.value == "yes"
        let setting = reader.forAll["allowtcpforwarding"] ?? reader.global["allowtcpforwarding"]
        let value = setting?.value ?? "yes"
        let opens = reader.global["permitopen"]
        let isClosed = opens?.value == "none"
        let isAllowed =
            !isDisabled && !isClosed && ["yes", "all", "local"].contains(value)
        var evidence =
            setting.map { ["AllowTcpForwarding \($0.value) in \($0.file)"] }
            ?? ["AllowTcpForwarding is not set (default: yes)"]
        if isDisabled, let disabling {
            evidence.insert("DisableForwarding yes in \(disabling.file)", at: 0)
        }
        if isClosed, let opens { evidence.insert("PermitOpen none in \(opens.file)", at: 0) }
        let others = reader.conditional.filter { $0.isAllowing != isAllowed }
        evidence += others.map { "\($0.keyword) \($0.value) in a Match block of \($0.file)" }
        return SecureShellServer(
            forwarding: others.isEmpty ? (isAllowed ? .allowed : .refused) : .depends,
            evidence: evidence
        )
    }
}

/// Reads the keywords that affect forwarding, in the order in which sshd does.
private struct ConfigurationReader {
    let files: RootedFiles
    var global: [String: (value: String, file: String)] = [:]
    /// The values in `Match all` blocks.
    var forAll: [String: (value: String, file: String)] = [:]
    var conditional: [(keyword: String, value: String, file: String, isAllowing: Bool)] = []
    var unreadable: String?
    private var fileCount = 0

    init(files: RootedFiles) { self.files = files }

    mutating func read(_ file: String, isInMatch: Bool, depth: Int) {
        fileCount += 1
        // sshd's own limit is 16.
        guard depth <= 16, fileCount <= 200, let bytes = files.bytes(file) else {
            unreadable = unreadable ?? file
            return
        }
        var isInMatch = isInMatch
        var isInMatchAll = false
        for line in String(decoding: bytes, as: UTF8.self).split(byte: "\n").prefix(10_000) {
            var words = line.split { " \t\r=\"".contains($0) }.map(String.init)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            let keyword = first.lowercased()
            words.removeFirst()
            switch keyword {
            case "match":
                // `Match all` is unconditional, and its values override the global ones.
                isInMatch = words.map { $0.lowercased() } != ["all"]
                isInMatchAll = !isInMatch
            case "include":
                for pattern in words {
                    // sshd ignores included files that do not exist.
                    for path in matches(pattern) where files.exists(path) {
                        read(path, isInMatch: isInMatch, depth: depth + 1)
                    }
                }
            case "permitopen":
                if !isInMatch, global[keyword] == nil, let value = words.first?.lowercased() {
                    global[keyword] = (value, file)
                }
            case "allowtcpforwarding", "disableforwarding":
                guard let value = words.first?.lowercased() else { continue }
                if isInMatchAll, forAll[keyword] == nil { forAll[keyword] = (value, file) }
                if isInMatch {
                    let isAllowing =
                        keyword == "disableforwarding"
                        ? value != "yes" : ["yes", "all", "local"].contains(value)
                    conditional.append((first, value, file, isAllowing))
                } else if global[keyword] == nil {
                    global[keyword] = (value, file)
                }
            default: continue
            }
        }
    }

    /// Returns the files that match a pattern, sorted; wildcards are supported in the last component
    /// only.
    private func matches(_ pattern: String) -> [String] {
        let path = pattern.hasPrefix("/") ? pattern : "/etc/ssh/\(pattern)"
        guard path.contains(byte: "*") || path.contains(byte: "?") else { return [path] }
        let parts = path.split(byte: "/")
        let directory = "/" + parts.dropLast().joined(separator: "/")
        guard let last = parts.last else { return [] }
        return files.names(in: directory).filter { name in
            !name.hasPrefix(".") && Self.matches(Array(name.utf8), Array(last.utf8))
        }.map { "\(directory)/\($0)" }
    }

    private static func matches(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
        var (position, place) = (0, 0)
        var star: (position: Int, place: Int)?
        while position < name.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                star = (position, place)
                place += 1
            } else if place < pattern.count,
                pattern[place] == UInt8(ascii: "?") || pattern[place] == name[position]
            {
                position += 1
                place += 1
            } else if let last = star {
                star = (last.position + 1, last.place)
                position = last.position + 1
                place = last.place + 1
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
