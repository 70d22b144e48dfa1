public import ToolchainCore

/// A setting of Go's that does not do what its owner expects.
public struct GoTrap: Hashable, Sendable {
    /// Which one it is.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// GOROOT is exported and is not that of the `go` that runs.
        case goRootConflict = "goroot-conflict"
        /// GOROOT is exported and there is no Go.
        case goRootMissing = "goroot-missing"
        /// GOTOOLCHAIN names something that is no toolchain.
        case toolchainInvalid = "toolchain-invalid"
        /// GOTOOLCHAIN keeps Go from switching.
        case toolchainLocal = "toolchain-local"
        /// GOTOOLCHAIN makes every `go` another version.
        case toolchainFixed = "toolchain-fixed"
        /// Toolchains cannot be downloaded with these settings.
        case toolchainUnavailable = "toolchain-unavailable"
        /// GOFLAGS strips what a debugger needs.
        case flagsStrip = "flags-strip"
        /// GOFLAGS rewrites the paths of sources.
        case flagsTrimpath = "flags-trimpath"
        /// GOFLAGS is something that Go refuses.
        case flagsInvalid = "flags-invalid"
        /// GOOS or GOARCH make programs that do not run here.
        case targetForeign = "target-foreign"
        /// The file that `go env -w` writes cannot be read.
        case fileUnreadable = "file-unreadable"
        /// GOENV is `off`, so that what `go env -w` wrote is not seen.
        case fileOff = "file-off"
    }

    /// Which one it is.
    public let kind: Kind
    /// Whether debugging or building fails for it, or it only surprises.
    public let isHarmful: Bool
    /// What is set, and what comes of it.
    public let evidence: String
    /// What to do.
    public let fix: String

    /// The traps in these settings.
    ///
    /// - Parameters:
    ///   - settings: The settings.
    ///   - search: Every Go on the host, and what PATH makes of their names.
    ///   - host: What the host can run; nil where that is not known.
    ///   - files: The files of the host.
    /// - Returns: The traps, harmful ones first.
    public static func found(
        in settings: GoSettings,
        search: GoSearch,
        host: GoPlatform?,
        files: RootedFiles
    ) -> [GoTrap] {
        (rootTraps(settings, search, files) + toolchainTraps(settings) + flagTraps(settings)
            + targetTraps(settings, host) + fileTraps(settings))
            .enumerated().sorted {
                ($0.element.isHarmful ? 0 : 1, $0.offset)
                    < ($1.element.isHarmful ? 0 : 1, $1.offset)
            }.map(\.element)
    }

    private static func rootTraps(
        _ settings: GoSettings,
        _ search: GoSearch,
        _ files: RootedFiles
    ) -> [GoTrap] {
        guard let root = settings["GOROOT"] else { return [] }
        let isExported = root.source == "environment"
        let fix =
            isExported
            ? "unset GOROOT: Go finds its own"
            : "go env -u GOROOT, or take the line out of \(root.source): Go finds its own"
        let place = "GOROOT is \(root.value)" + (isExported ? "" : " (\(root.source))")
        let real = files.withoutLinks(root.value)
        guard let real, files.exists("\(real)/bin/go") || files.exists("\(real)/VERSION") else {
            return [
                GoTrap(
                    kind: .goRootMissing,
                    isHarmful: true,
                    evidence: "\(place), where there is no Go",
                    fix: fix
                )
            ]
        }
        // A launcher sets GOROOT itself, so the exported one does not reach its Go.
        guard case .root(let started)? = search.goCommands.first?.target, started != real else {
            return []
        }
        return [
            GoTrap(
                kind: .goRootConflict,
                isHarmful: true,
                evidence:
                    "\(place), but `go` is that of \(started): its compiler and its library are of"
                    + " different versions, and every build fails",
                fix: fix
            )
        ]
    }

    private static func toolchainTraps(_ settings: GoSettings) -> [GoTrap] {
        guard let toolchain = settings["GOTOOLCHAIN"] else { return [] }
        let value = toolchain.value
        let place = "GOTOOLCHAIN is \(value) (\(toolchain.source))"
        var traps: [GoTrap] = []
        let base = value.split(byte: "+").first ?? value
        let isFixed = !["local", "auto", "path"].contains(base)
        if value == "local" {
            traps.append(
                GoTrap(
                    kind: .toolchainLocal,
                    isHarmful: false,
                    evidence: "\(place): a module that asks for a newer Go does not build",
                    fix: "start the Go that it asks for by its name, or set GOTOOLCHAIN=path"
                )
            )
        } else if isFixed {
            let version = base.hasPrefix("go") ? GoVersion(base) : nil
            if let version, !version.isLanguageVersion {
                traps.append(
                    GoTrap(
                        kind: .toolchainFixed,
                        isHarmful: false,
                        evidence: "\(place): every `go` becomes \(version.toolchainName)"
                            + (value.contains(byte: "+")
                                ? " at least" : ", whatever go.mod asks for"),
                        fix: "go env -u GOTOOLCHAIN, or unset it, if that is not meant"
                    )
                )
            } else {
                traps.append(
                    GoTrap(
                        kind: .toolchainInvalid,
                        isHarmful: true,
                        evidence: "\(place), which is no toolchain"
                            + (version == nil ? "" : ": it is a language version"),
                        fix: "set it to auto, path, local or a release such as go1.27.3"
                    )
                )
            }
        }
        let downloads =
            value == "auto" || value.hasSuffix("+auto") || isFixed && !value.hasSuffix("+path")
        if downloads, let reason = downloadRefusal(settings) {
            traps.append(
                GoTrap(
                    kind: .toolchainUnavailable,
                    isHarmful: false,
                    evidence: "\(place), but a toolchain cannot be downloaded: \(reason)",
                    fix:
                        "have links called go1.X.Y on PATH, which Go takes first: `gotoolprov ensure`"
                )
            )
        }
        return traps
    }

    /// Why Go would refuse to download a toolchain: facts/go-toolchains.md §2.4.
    private static func downloadRefusal(_ settings: GoSettings) -> String? {
        let proxy = settings["GOPROXY"]?.value
        let isOneFolder =
            proxy.map {
                $0.hasPrefix("file://") && !$0.contains(byte: ",") && !$0.contains(byte: "|")
            }
            ?? false
        if proxy == "off" { return "GOPROXY is off" }
        if settings["GOSUMDB"]?.value == "off", !isOneFolder {
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

    private static func fileTraps(_ settings: GoSettings) -> [GoTrap] {
        if let goenv = settings["GOENV"], goenv.value == "off" {
            return [
                GoTrap(
                    kind: .fileOff,
                    isHarmful: false,
                    evidence: "GOENV is off: what `go env -w` has written is not seen",
                    fix: "unset GOENV, if that is not meant"
                )
            ]
        }
        guard settings.isFileUnreadable, let file = settings.file else { return [] }
        return [
            GoTrap(
                kind: .fileUnreadable,
                isHarmful: true,
                evidence: "\(file) is there and cannot be read",
                fix: "give it back to its user: it has to be a readable text file"
            )
        ]
    }
}
