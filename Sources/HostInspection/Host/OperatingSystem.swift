internal import ToolchainCore

/// The distribution of a host, as os-release(5) has it.
package struct OperatingSystem: Hashable, Sendable {
    /// `debian`, `alpine`, `ubuntu`.
    package let identifier: String
    /// `12`, `3.22.1`; nil for rolling distributions.
    package let version: String?
    /// For people: `Debian GNU/Linux 12 (bookworm)`.
    package let name: String
    /// What it is derived from, nearest first.
    package let relatives: [String]

    /// Reads /etc/os-release, else /usr/lib/os-release; nil where there is neither.
    package static func detected(in files: RootedFiles) -> OperatingSystem? {
        for file in ["/etc/os-release", "/usr/lib/os-release"] {
            guard let bytes = files.bytes(file, limit: 64 << 10) else { continue }
            let fields = fields(of: String(decoding: bytes, as: UTF8.self))
            let identifier = fields["ID"].flatMap { $0.isEmpty ? nil : $0 } ?? "linux"
            return OperatingSystem(
                identifier: identifier,
                version: fields["VERSION_ID"].flatMap { $0.isEmpty ? nil : $0 },
                name: fields["PRETTY_NAME"] ?? fields["NAME"] ?? identifier,
                relatives: (fields["ID_LIKE"] ?? "").split(byte: " ")
            )
        }
        return nil
    }

    /// The assignments of a file that a shell could read; the last of equal ones counts.
    private static func fields(of text: String) -> [String: String] {
        var fields: [String: String] = [:]
        for line in text.split(byte: "\n").prefix(200) {
            guard let sign = line.firstIndex(of: "="), !line.hasPrefix("#") else { continue }
            fields[String(line[..<sign])] = unquoted(line[sign...].dropFirst())
        }
        return fields
    }

    private static func unquoted(_ text: Substring) -> String {
        var value = ""
        var quote: Character?
        var isEscaped = false
        for character in text {
            if isEscaped {
                value.append(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if character == quote {
                quote = nil
            } else if quote == nil, character == "\"" || character == "'" {
                quote = character
            } else if quote == nil, character == "\r" {
                continue
            } else {
                value.append(character)
            }
        }
        return value
    }
}

/// What starts a host's services.
package struct ServiceManager: Hashable, Sendable {
    /// Whether systemd runs as the first process; nil where that cannot be told.
    package let isSystemd: Bool?
    /// From what this was concluded.
    package let evidence: String
    /// Whether /etc/wsl.conf asks WSL 2 for systemd; nil where it is silent.
    package let isAskedOfWSL: Bool?

    /// Looks for what sd_booted(3) looks for, and at the first process's name.
    package static func detected(in files: RootedFiles) -> ServiceManager {
        let isAsked = isAskedOfWSL(in: files)
        if files.isDirectory("/run/systemd/system") {
            return ServiceManager(
                isSystemd: true,
                evidence: "/run/systemd/system exists",
                isAskedOfWSL: isAsked
            )
        }
        guard let name = files.text("/proc/1/comm"), !name.isEmpty else {
            return ServiceManager(
                isSystemd: nil,
                evidence: "the name of process 1 cannot be read",
                isAskedOfWSL: isAsked
            )
        }
        return ServiceManager(
            isSystemd: name == "systemd",
            evidence: "process 1 is \(name)",
            isAskedOfWSL: isAsked
        )
    }

    private static func isAskedOfWSL(in files: RootedFiles) -> Bool? {
        guard let text = files.text("/etc/wsl.conf") else { return nil }
        var section = ""
        var answer: Bool?
        for line in text.split(byte: "\n").prefix(1000) {
            let line = line.filter { $0 != " " && $0 != "\t" && $0 != "\r" }.lowercased()
            if line.hasPrefix("[") {
                section = line
            } else if section == "[boot]", line.hasPrefix("systemd=") {
                answer = line == "systemd=true"
            }
        }
        return answer
    }
}
