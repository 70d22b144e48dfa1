internal import ToolchainCore

extension HostReport.Toolchain {
    /// Returns the command that removes the installation, or a text that begins with `delete` if
    /// the installer is unknown.
    ///
    /// - Parameters:
    ///   - system: The `ID` of os-release.
    ///   - user: The owner of the home directory that contains it, if not the current user.
    /// - Returns: The command.
    package func removalCommand(on system: String, ofUser user: String? = nil) -> String {
        let become = user.map { "sudo -Hu \($0.inShell) " } ?? ""
        if isOwn { return "\(become)gotoolprov remove \(Drift.word(for: tool, version))" }
        switch manager {
        case "distribution", "apt", "dnf", "apk", "pacman", "zypper":
            return Self.packageRemoval("\(path)/bin/go".inShell, on: system)
                ?? "delete the package of \(path)"
        case "snap": return "sudo snap remove go"
        case "/usr/local/go": return "sudo rm -r \(path.inShell)"
        case "golang.org/dl": return "\(become)rm -r \(path.inShell)"
        case "module cache":
            return "\(become)chmod -R u+w \(path.inShell) && \(become)rm -r \(path.inShell)"
        case "asdf": return "\(become)asdf uninstall golang \(version.inShell)"
        case "mise": return "\(become)mise uninstall go@\(version.inShell)"
        case "goenv": return "\(become)goenv uninstall \(version.inShell)"
        case "gvm": return "\(become)gvm uninstall go\(version.inShell)"
        case "gobrew": return "\(become)gobrew uninstall \(version.inShell)"
        case "g": return "\(become)g remove \(version.inShell)"
        case "homebrew": return "brew uninstall go"
        case "windows": return "delete Go on Windows"
        default: return "delete \(path)"
        }
    }

    /// Returns a command that looks up the package name, because names differ between releases.
    private static func packageRemoval(_ program: String, on system: String) -> String? {
        switch system {
        case "debian", "ubuntu", "linuxmint", "pop", "raspbian", "kali", "devuan":
            return "sudo apt-get remove \"$(dpkg-query -S \(program) | cut -d: -f1)\""
        case "fedora", "rhel", "centos", "rocky", "almalinux", "ol", "amzn":
            return "sudo dnf remove \"$(rpm -qf \(program))\""
        case "sles", "opensuse-leap", "opensuse-tumbleweed":
            return "sudo zypper remove \"$(rpm -qf \(program))\""
        case "alpine": return "sudo apk del go"
        case "arch", "manjaro": return "sudo pacman -Rs go"
        default: return nil
        }
    }

    /// Whether gotoolprov installed or adopted it.
    var isOwn: Bool { origin == .mirror }
}

extension String {
    /// The text quoted as one shell word.
    var inShell: String { ShellQuoting.word(self) }
}
