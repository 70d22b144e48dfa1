internal import ToolchainCore

/// The distribution of a host, from os-release(5).
package struct OperatingSystem: Hashable, Sendable {
    /// The ID: `debian`, `alpine`, `ubuntu`.
    package let identifier: String
    /// The version, such as `12` or `3.22.1`, or `nil` for rolling distributions.
    package let version: String?
    /// The name for messages: `Debian GNU/Linux 12 (bookworm)`.
    package let name: String
    /// The IDs of the distributions that it derives from, closest first.
    package let relatives: [String]

    /// Reads /etc/os-release or else /usr/lib/os-release; returns `nil` if neither exists.
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

    /// Parses shell assignments; the last of several for the same name takes effect.
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

/// The service manager of a host.
package struct ServiceManager: Hashable, Sendable {
    /// Whether systemd runs as process 1, or `nil` if unknown.
    package let isSystemd: Bool?
    /// The observation from which this was concluded.
    package let evidence: String
    /// Whether /etc/wsl.conf enables systemd in WSL 2, or `nil` if it does not set this.
    package let isEnabledInWSL: Bool?

    /// Determines the service manager as sd_booted(3) does, or else from the name of process 1.
    package static func detected(in files: RootedFiles) -> ServiceManager {
        let isEnabled = isEnabledInWSL(in: files)
        if files.isDirectory("/run/systemd/system") {
            return ServiceManager(
                isSystemd: true,
                evidence: "/run/systemd/system exists",
                isEnabledInWSL: isEnabled
            )
        }
        guard let name = files.text("/proc/1/comm"), !name.isEmpty else {
            return ServiceManager(
                isSystemd: nil,
                evidence: "the name of process 1 cannot be read",
                isEnabledInWSL: isEnabled
            )
        }
        return ServiceManager(
            isSystemd: name == "systemd",
            evidence: "process 1 is \(name)",
            isEnabledInWSL: isEnabled
        )
    }

    private static func isEnabledInWSL(in files: RootedFiles) -> Bool? {
        guard let text = files.text("/etc/wsl.conf") else { return nil }
        var section = ""
        var isEnabled: Bool?
        for line in text.split(byte: "\n").prefix(1000) {
            let line = line.filter { $0 != " " && $0 != "\t" && $0 != "\r" }.lowercased()
            if line.hasPrefix("[") {
                section = line
            } else if section == "[boot]", line.hasPrefix("systemd=") {
                isEnabled = line == "systemd=true"
            }
        }
        return isEnabled
    }
}
