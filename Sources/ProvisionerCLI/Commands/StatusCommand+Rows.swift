internal import HostInspection
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

extension HostFacts {
    /// Returns the facts as text, one row each.
    ///
    /// - Parameters:
    ///   - settings: The settings of gotoolprov.
    ///   - published: Returns whether the Go at a root is the published one, or an empty text.
    /// - Returns: The rows.
    func rows(_ settings: Settings, published: (String) -> StyledText) -> [[StyledText]] {
        var rows: [(label: String, value: StyledText)] = []
        if let platform {
            let machine = "\(platform.evidence); kernel reports \(platform.machine)"
            rows.append(("platform", "\(platform.platform)" + .detail(machine)))
            if platform.platform.architecture == .amd64 {
                rows.append(("GOAMD64", "up to \(amd64Level?.rawValue ?? "unknown")"))
            }
            if platform.platform.architecture == .arm {
                rows.append(("GOARM", "up to \(armLevel?.rawValue ?? "unknown")"))
            }
        }
        rows.append(("libc", StyledText(library.words) + .detail(library.evidence)))
        rows.append(("kernel", "Linux \(kernel)"))
        if let operatingSystem { rows.append(("system", StyledText(operatingSystem.name))) }
        if subsystem.generation != .none {
            let evidence = subsystem.evidence.joined(separator: "; ")
            rows.append(("WSL", StyledText(subsystem.generation.rawValue) + .detail(evidence)))
        }
        for marker in containers {
            rows.append(("container", "\(marker.kind)" + .detail(marker.evidence)))
        }
        let virtual = virtualization.name.map { ", \($0)" } ?? ""
        rows.append(
            (
                "runs in",
                "\(virtualization.kind.rawValue)\(virtual)" + .detail(virtualization.evidence)
            )
        )
        rows.append(("systemd", services.styled))
        rows.append(
            (
                "SDK directory",
                StyledText(settings.sdkRoot)
                    + (directory(.sdkRoot).map { .detail($0.words) } ?? "")
            )
        )
        let position = goBinPosition.map { "position \($0 + 1) on PATH" } ?? "not on PATH"
        let source = settings.goBinSource.map { "; from \($0)" } ?? ""
        rows.append(("launchers", StyledText(settings.goBin) + .detail("\(position)\(source)")))
        let problem = settings.manifestFailure.map {
            "invalid".toned(.bad) + "  (\($0.onOneLine))"
        }
        let manifest = settings.manifest.map { StyledText($0.path) }
        rows.append(("manifest", manifest ?? problem ?? "none"))
        for mirror in settings.mirrors { rows.append(("mirror", StyledText(mirror.name))) }
        let width = search.installations.map(\.title.count).max() ?? 0
        for installation in search.installations {
            let answer = published(installation.root)
            let line = installation.line(titleWidth: width)
            rows.append(("Go", answer.isEmpty ? line : line + "  " + answer))
        }
        if let first = search.goCommands.first {
            rows.append(("go on PATH", StyledText(first.path) + .detail(first.words)))
        }
        for tool in setting.tools {
            let version = tool.version?.toned(.plain) ?? "version unknown".toned(.caution)
            rows.append((tool.tool, "\(tool.path)  " + version))
        }
        let labeled = rows.map { [$0.label.toned(.strong), $0.value] }
        return labeled
            + findings.map { finding in
                [
                    finding.isHarmful ? "warning".toned(.caution) : "note".toned(.strong),
                    StyledText(finding.evidence),
                ]
            }
    }
}

extension ServiceManager {
    fileprivate var styled: StyledText {
        switch isSystemd {
        case true?: "running"
        case false?: "not running" + .detail(evidence)
        case nil: "unknown".toned(.caution) + .detail(evidence)
        }
    }
}

extension DirectoryFacts {
    /// The file system and what is wrong with it.
    fileprivate var words: String {
        var parts = [mount?.kind ?? "unknown file system"]
        if isNoExec == true { parts.append("noexec") }
        if isWindowsDrive == true { parts.append("Windows drive") }
        if isCaseInsensitive == true { parts.append("case-insensitive") }
        if mount?.isReadOnly == true { parts.append("read-only") }
        if let availableByteCount { parts.append("\(ByteCount(availableByteCount)) free") }
        return parts.joined(separator: ", ")
    }
}

extension GoInstallation {
    fileprivate var title: String { version?.toolchainName ?? versionText ?? "unknown version" }

    /// The version, the tree, whose it is and what is wrong with it.
    fileprivate func line(titleWidth: Int) -> StyledText {
        let words = problems.map(\.words).joined(separator: "; ")
        return title.toned(.strong).padded(to: titleWidth) + "  \(root)" + .detail(origin.name)
            + (problems.isEmpty ? "" : ": " + words.toned(.bad))
    }
}

extension Alignment {
    /// The step as a row of text.
    var row: [StyledText] {
        [
            request.toned(.strong), action.rawValue.toned(tone), StyledText(version ?? "-"),
            StyledText(reason) + .detail(source),
        ]
    }

    private var tone: Tone {
        switch action {
        case .keep: .good
        case .install, .upgrade, .repair, .sideBySide: .caution
        case .blocked: .bad
        }
    }
}

extension CLibrary {
    /// `glibc 2.36`, or `none`.
    fileprivate var words: String {
        switch kind {
        case .none, .unknown: kind.rawValue
        case .glibc, .musl: "\(kind.rawValue) \(version ?? "(unknown version)")"
        }
    }
}
