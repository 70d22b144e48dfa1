package import ToolchainCore
package import ToolchainHost

/// A Go setting that has an unexpected effect.
package struct GoSettingFinding: Hashable, Sendable {
    /// The kind of a finding.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// GOROOT is set and is not the tree of the `go` that runs.
        case goRootConflict = "goroot-conflict"
        /// GOROOT is set and is not a Go tree.
        case goRootMissing = "goroot-missing"
        /// GOROOT is set, and the Go that `go` runs is unknown.
        case goRootUnverified = "goroot-unverified"
        /// GOTOOLCHAIN has an invalid value.
        case toolchainInvalid = "toolchain-invalid"
        /// GOTOOLCHAIN prevents Go from switching toolchains.
        case toolchainLocal = "toolchain-local"
        /// GOTOOLCHAIN makes every `go` run a specific version.
        case toolchainFixed = "toolchain-fixed"
        /// Toolchains cannot be downloaded with these settings.
        case toolchainUnavailable = "toolchain-unavailable"
        /// GOFLAGS strips debug information.
        case flagsStrip = "flags-strip"
        /// GOFLAGS rewrites source paths.
        case flagsTrimpath = "flags-trimpath"
        /// GOFLAGS has a value that Go rejects.
        case flagsInvalid = "flags-invalid"
        /// Another setting has a value that Go rejects.
        case settingRefused = "setting-refused"
        /// A setting has a value that Go may reject.
        case settingUnverified = "setting-unverified"
        /// GOOS or GOARCH make programs that do not run on this host.
        case targetForeign = "target-foreign"
        /// The file that `go env -w` writes cannot be read.
        case fileUnreadable = "file-unreadable"
        /// GOENV is `off`, so Go ignores the settings that `go env -w` wrote.
        case fileOff = "file-off"
    }

    /// The severity of a finding.
    package enum Severity: Int, Hashable, Sendable, Comparable {
        /// The effect may be intended.
        case notice
        /// Whether it makes debugging or building fail cannot be determined.
        case unknown
        /// It makes debugging or building fail.
        case harmful

        /// Orders from notice to harmful.
        package static func < (left: Severity, right: Severity) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// The kind of the finding.
    package let kind: Kind
    /// The severity of the finding.
    package let severity: Severity
    /// The setting and its effect.
    package let evidence: String
    /// How to resolve it: a shell command if possible.
    package let fix: String

    /// Whether it makes debugging or building fail.
    package var isHarmful: Bool { severity == .harmful }

    /// Returns the findings about the settings of a host.
    ///
    /// - Parameters:
    ///   - settings: The settings.
    ///   - search: The Go installations and executables of the host.
    ///   - host: The platform of the host, or `nil` if unknown.
    ///   - environment: The variables and the working directory.
    ///   - files: The files of the host.
    /// - Returns: The findings, most severe first.
    package static func found(
        in settings: GoSettings,
        search: GoSearch,
        host: GoPlatform?,
        environment: HostEnvironment,
        files: RootedFiles
    ) -> [GoSettingFinding] {
        let judge = GoSettingJudge(
            settings: settings,
            search: search,
            environment: environment,
            files: files
        )
        let advice = judge.advice
        return
            (rootFindings(settings, search, advice, files) + judge.findings
            + toolchainFindings(settings, search, advice) + flagFindings(settings, advice)
            + targetFindings(settings, host, advice) + fileFindings(settings, advice))
            .enumerated().sorted {
                (-$0.element.severity.rawValue, $0.offset)
                    < (-$1.element.severity.rawValue, $1.offset)
            }.map(\.element)
    }

    private static func rootFindings(
        _ settings: GoSettings,
        _ search: GoSearch,
        _ advice: GoSettingAdvice,
        _ files: RootedFiles
    ) -> [GoSettingFinding] {
        guard let root = settings["GOROOT"] else { return [] }
        let isExported = root.place == .environment
        let place = "GOROOT is \(root.value)" + (isExported ? "" : " (\(root.source))")
        func finding(_ kind: Kind, _ severity: Severity, _ what: String) -> GoSettingFinding {
            GoSettingFinding(
                kind: kind,
                severity: severity,
                evidence: "\(place), \(what)",
                fix: advice.removing(root)
            )
        }
        let real = files.withoutLinks(root.exactValue)
        guard let real, files.exists("\(real)/bin/go") || files.exists("\(real)/VERSION") else {
            return [finding(.goRootMissing, .harmful, "which is not a Go toolchain")]
        }
        guard let command = search.goCommands.first else { return [] }
        switch command.target {
        // A launcher sets GOROOT itself, so the exported one has no effect.
        case .launcher(root: _?): return []
        case .root(let started):
            guard started != real else { return [] }
            return [
                finding(
                    .goRootConflict,
                    .harmful,
                    "but `go` belongs to \(started): its compiler and its standard library have"
                        + " different versions, and every build fails"
                )
            ]
        case .launcher(root: nil), .wrapper, .snap, .windows, .unknown:
            return [
                finding(
                    .goRootUnverified,
                    .unknown,
                    "and `go` is \(command.path), \(command.words): if it runs another Go, every"
                        + " build fails"
                )
            ]
        }
    }

    private static func toolchainFindings(
        _ settings: GoSettings,
        _ search: GoSearch,
        _ advice: GoSettingAdvice
    ) -> [GoSettingFinding] {
        guard let toolchain = settings["GOTOOLCHAIN"] else { return [] }
        // Older versions ignore the variable.
        if let version = search.defaultInstallation?.version, version.line < .toolchainSwitching {
            return []
        }
        let value = toolchain.value
        let place = "GOTOOLCHAIN is \(value) (\(toolchain.source))"
        var findings: [GoSettingFinding] = []
        let choice = GoToolchainChoice(toolchain.exactValue)
        if let refusal = choice.refusal {
            return [
                GoSettingFinding(
                    kind: .toolchainInvalid,
                    severity: .harmful,
                    evidence:
                        "\(place): every `go` command fails: go: \(refusal.withVisibleControls)",
                    fix: advice.removing(toolchain)
                )
            ]
        }
        if let name = choice.name {
            findings.append(
                GoSettingFinding(
                    kind: .toolchainFixed,
                    severity: .notice,
                    evidence: "\(place): every `go` command runs \(name)"
                        + (choice.switches ? " or newer" : ", whatever go.mod requires"),
                    fix: "if that is not intended: \(advice.removing(toolchain))"
                )
            )
        } else if !choice.switches {
            findings.append(
                GoSettingFinding(
                    kind: .toolchainLocal,
                    severity: .notice,
                    evidence: "\(place): a module that requires a newer Go does not build",
                    fix: advice.replacing(toolchain, with: "path")
                )
            )
        }
        if choice.downloads, let reason = downloadRefusal(settings) {
            findings.append(
                GoSettingFinding(
                    kind: .toolchainUnavailable,
                    severity: .notice,
                    evidence: "\(place), but a toolchain cannot be downloaded: \(reason)",
                    fix: "`gotoolprov ensure go1.X.Y` puts go1.X.Y on PATH, which Go tries first"
                )
            )
        }
        return findings
    }

    /// Returns the reason that Go cannot download toolchains with these settings, or `nil`.
    private static func downloadRefusal(_ settings: GoSettings) -> String? {
        let proxy = settings["GOPROXY"]?.value
        let isOneDirectory =
            proxy.map {
                $0.hasPrefix("file://") && !$0.contains(byte: ",") && !$0.contains(byte: "|")
            }
            ?? false
        if proxy == "off" { return "GOPROXY is off" }
        if settings["GOSUMDB"]?.value == "off", !isOneDirectory {
            return "GOSUMDB is off, which only a single file:// in GOPROXY allows"
        }
        for name in ["GONOPROXY", settings["GONOPROXY"] == nil ? "GOPRIVATE" : "GONOPROXY"] {
            let patterns = settings[name]?.value.split(byte: ",") ?? []
            if patterns.contains(where: {
                ["*", "golang.org", "golang.org/*", "golang.org/toolchain"].contains($0)
            }) {
                return "\(name) covers golang.org/toolchain"
            }
        }
        return nil
    }

    private static func fileFindings(
        _ settings: GoSettings,
        _ advice: GoSettingAdvice
    ) -> [GoSettingFinding] {
        if let goenv = settings["GOENV"], goenv.value == "off" {
            return [
                GoSettingFinding(
                    kind: .fileOff,
                    severity: .notice,
                    evidence: "GOENV is off: Go ignores the settings that `go env -w` wrote",
                    fix: "if that is not intended: \(advice.removing(goenv))"
                )
            ]
        }
        guard settings.isFileUnreadable, let file = settings.file else { return [] }
        let quoted = ShellQuoting.quoted(file)
        return [
            GoSettingFinding(
                kind: .fileUnreadable,
                severity: .harmful,
                evidence:
                    "\(file) exists and is not a readable text file: its settings are unknown",
                fix: "mv \(quoted) \(ShellQuoting.quoted(file + ".old"))"
            )
        ]
    }
}
