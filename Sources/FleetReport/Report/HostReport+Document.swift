package import ToolchainCore

extension HostReport {
    /// The report as JSON, by docs/schemas/report.schema.json.
    ///
    /// What is not known is left out.
    package var document: JSONValue {
        JSONValue.present([
            ("schema", .string(DocumentKind.host.schema)),
            ("generatedAt", JSONValue(generatedAt)),
            ("agent", ["version": .string(agentVersion)]),
            ("host", host.document),
            ("scope", scope?.document),
            ("knowledge", knowledge?.document),
            ("debug", debug.document),
            ("manifest", manifest.document),
            ("store", store?.document),
            ("toolchains", .array(toolchains.map(\.document))),
            ("effective", effective.document),
            ("drift", drift.document),
            ("lastRun", lastRun?.document),
            ("repairs", repairs?.document),
        ]).published
    }
}

extension JSONValue {
    /// The same without secrets, and with no text and no list longer than what a report may have: one
    /// PATH that is too long is no reason that a host's whole report is refused.
    fileprivate var published: JSONValue {
        switch self {
        case .string(let text): .string(text.withoutSecrets.shortened(to: ObjectReader.longestText))
        case .array(let elements):
            .array(elements.prefix(HostReport.longestList).map(\.published))
        case .object(let members):
            .object(members.map { Member($0.key, $0.value.published) })
        default: self
        }
    }

    /// An object of those members that are there.
    static func present(_ members: [(String, JSONValue?)]) -> JSONValue {
        .object(members.compactMap { key, value in value.map { Member(key, $0) } })
    }

    /// A string, or nothing.
    static func optional(_ value: (some CustomStringConvertible)?) -> JSONValue? {
        value.map { .string($0.description) }
    }

    /// A number, or nothing.
    static func optional(number: Int?) -> JSONValue? { number.map { .integer($0) } }

    /// True or false, or nothing.
    static func optional(flag: Bool?) -> JSONValue? { flag.map { .boolean($0) } }

    /// True or false, or null.
    static func nullable(flag: Bool?) -> JSONValue { optional(flag: flag) ?? .null }

    /// A list of strings.
    static func strings(_ strings: some Sequence<String>) -> JSONValue {
        .array(strings.map { .string($0) })
    }
}

extension HostReport.Host {
    fileprivate var document: JSONValue {
        let wslVersion: Int? =
            switch virtualization {
            case .wsl1: 1
            case .wsl2: 2
            default: nil
            }
        return .present([
            ("id", JSONValue(id)),
            ("name", .string(name)),
            ("environment", .optional(environment)),
            ("ring", .optional(ring)),
            (
                "os",
                .present([
                    ("id", .string(osID)), ("versionId", .optional(osVersion)),
                    ("name", .optional(osName)),
                ])
            ),
            ("kernel", .string(kernel)),
            ("arch", .string(architecture)),
            (
                "libc",
                .present([
                    ("kind", .string(libcKind.rawValue)), ("version", .optional(libcVersion)),
                ])
            ),
            ("virt", .string(virtualization.rawValue)),
            (
                "wsl",
                wslVersion.map {
                    .present([
                        ("version", .integer($0)), ("distro", .optional(wslDistribution)),
                        ("interop", .optional(flag: wslInterop)),
                    ])
                }
            ),
        ])
    }
}

extension HostReport.Scope {
    fileprivate var document: JSONValue {
        ["user": .string(user), "otherHomes": .string(otherHomes.rawValue)]
    }
}

extension HostReport.Knowledge {
    fileprivate var document: JSONValue {
        ["vulnerabilitySnapshot": JSONValue(snapshot), "stale": .boolean(isStale)]
    }
}

extension HostReport.DebugReadiness {
    fileprivate var document: JSONValue {
        .present([
            ("canAttach", .string(ability.rawValue)),
            ("probe", .string(isProbed ? "ran" : "skipped")),
            ("ptraceScope", .optional(number: ptraceScope)),
            ("capSysPtrace", .optional(flag: hasTraceCapability)),
            (
                "findings",
                .array(
                    findings.map {
                        .present([
                            ("check", .string($0.check)), ("detail", .string($0.detail)),
                            ("fix", .optional($0.fix)),
                        ])
                    }
                )
            ),
        ])
    }
}

extension HostReport.ManifestState {
    fileprivate var document: JSONValue {
        .present([
            ("state", .string(state.rawValue)),
            ("path", .optional(path)),
            ("sha256", .optional(sha256)),
            ("reason", .optional(reason)),
        ])
    }
}

extension HostReport.Store {
    fileprivate var document: JSONValue {
        .present([
            ("root", .string(root)),
            ("fs", .optional(fileSystem)),
            ("freeBytes", .optional(number: freeBytes)),
            ("usedBytes", .optional(number: usedBytes)),
            ("freeInodes", .optional(number: freeInodes)),
        ])
    }
}

extension HostReport.Toolchain {
    fileprivate var document: JSONValue {
        .present([
            ("tool", .string(tool)),
            ("version", .string(version)),
            ("active", .boolean(isActive)),
            ("origin", .string(origin.rawValue)),
            ("manager", .optional(manager)),
            ("wanted", .optional(flag: isWanted)),
            ("remove", .optional(removal)),
            ("path", .string(path)),
            ("user", .optional(user)),
            ("arch", .optional(architecture)),
            ("installedAt", .optional(installedAt)),
            ("archiveSha256", .optional(archiveSHA256)),
            ("files", .optional(number: fileCount)),
            ("bytes", .optional(number: byteCount)),
            ("integrity", integrity.document),
            ("support", support.document),
            ("vulns", vulnerabilities?.document),
            ("compat", compatibility?.document),
        ])
    }
}

extension HostReport.Integrity {
    fileprivate var document: JSONValue {
        .present([
            ("state", .string(state.rawValue)),
            ("mode", .string(mode.rawValue)),
            ("checkedAt", .optional(checkedAt)),
            ("badFiles", .optional(number: badFiles)),
            ("missingFiles", .optional(number: missingFiles)),
            ("extraFiles", .optional(number: extraFiles)),
            ("reason", .optional(reason)),
        ])
    }
}

extension Support {
    /// The support as JSON; what is not known is left out.
    var document: JSONValue {
        .present([
            ("state", .string(state.rawValue)),
            ("eolSince", .optional(eolSince)),
            ("newestPatch", .optional(newestPatch)),
            ("patchLag", .optional(number: patchLag)),
            ("daysBehind", .optional(number: daysBehind)),
        ])
    }
}

extension HostReport.Vulnerabilities {
    fileprivate var document: JSONValue {
        [
            "snapshot": JSONValue(snapshot),
            "count": .integer(count),
            "stdlib": .strings(stdlib),
            "toolchain": .strings(toolchain),
        ]
    }
}

extension HostReport.Compatibility {
    fileprivate var document: JSONValue {
        .present([
            ("ok", .optional(flag: fits)),
            ("reason", .optional(reason)),
        ])
    }
}

extension HostReport.Effective {
    fileprivate var document: JSONValue {
        func document(_ program: Program?) -> JSONValue? {
            program.map {
                .present([("path", .string($0.path)), ("version", .optional($0.version))])
            }
        }
        return .present([
            ("go", document(go)),
            ("dlv", document(dlv)),
            ("gotoolchain", .optional(gotoolchain)),
            ("shadowedBy", .strings(shadowedBy)),
        ])
    }
}

extension Drift {
    fileprivate var document: JSONValue {
        [
            "state": .string(state.rawValue),
            "items": .array(
                items.map {
                    .present([
                        ("kind", .string($0.kind.rawValue)),
                        ("tool", .string($0.tool)),
                        ("version", .optional($0.version)),
                        ("wanted", .optional($0.wanted)),
                        ("detail", .optional($0.detail)),
                        ("fix", .optional($0.fix)),
                    ])
                }
            ),
        ]
    }
}

extension HostReport.LastRun {
    fileprivate var document: JSONValue {
        .present([
            ("op", .string(operation)),
            ("result", .string(result.rawValue)),
            ("startedAt", startedAt.map { JSONValue($0) }),
            ("durationMs", .optional(number: milliseconds)),
            ("error", .optional(error)),
        ])
    }
}

extension HostReport.Repairs {
    fileprivate var document: JSONValue {
        .present([
            ("total", .integer(total)),
            ("lastAt", lastAt.map { JSONValue($0) }),
            ("lastRun", .strings(lastRun)),
        ])
    }
}

extension String {
    /// The beginning of the text, with a mark at its end, in at most `limit` bytes.
    fileprivate func shortened(to limit: Int) -> String {
        // A character that is cut becomes one of three bytes, and so is the mark.
        utf8.count <= limit
            ? self : String(decoding: utf8.prefix(limit - 6), as: UTF8.self) + "…"
    }
}
