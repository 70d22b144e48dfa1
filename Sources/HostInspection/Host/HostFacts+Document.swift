package import ToolchainCore
internal import ToolchainHost

extension HostFacts {
    /// Returns the facts as JSON: the members of docs/schemas/status.schema.json that describe the host.
    ///
    /// - Parameter published: Whether each Go is the published one, by its root.
    /// - Returns: The members.
    package func members(published: [String: PublishedState]) -> [JSONValue.Member] {
        [
            .init("os", .string(GoPlatform.operatingSystem)),
            .init("arch", JSONValue(platform?.platform.architecture.rawValue)),
            .init("archEvidence", JSONValue(platform?.evidence)),
            .init("machine", JSONValue(platform?.machine)),
            .init("goamd64", JSONValue(amd64Level?.rawValue)),
            .init("goarm", JSONValue(armLevel?.rawValue)),
            .init("kernel", .string(kernel)),
            .init(
                "libc",
                [
                    "kind": .string(library.kind.rawValue), "version": JSONValue(library.version),
                    "evidence": .string(library.evidence),
                ]
            ),
            .init("distribution", operatingSystem?.document ?? .null),
            .init(
                "containers",
                .array(
                    containers.map {
                        ["kind": .string($0.kind), "evidence": .string($0.evidence)]
                    }
                )
            ),
            .init(
                "virtualization",
                [
                    "kind": .string(virtualization.kind.rawValue),
                    "name": JSONValue(virtualization.name),
                    "evidence": .string(virtualization.evidence),
                ]
            ),
            .init(
                "wsl",
                [
                    "generation": .string(subsystem.generation.rawValue),
                    "evidence": .strings(subsystem.evidence),
                ]
            ),
            .init(
                "systemd",
                [
                    "runs": .optional(services.isSystemd),
                    "evidence": .string(services.evidence),
                    "askedOfWSL": .optional(services.isEnabledInWSL),
                ]
            ),
            .init("directories", .array(directories.map(\.document))),
            .init(
                "go",
                .array(
                    search.installations.map {
                        $0.document.adding(
                            "published",
                            (published[$0.root] ?? PublishedState()).document
                        )
                    }
                )
            ),
            .init("goOnPath", .array(search.goCommands.map(\.document))),
            .init("versionsOnPath", .array(search.versionCommands.map(\.document))),
            .init("tools", .array(setting.tools.map(\.document))),
            .init(
                "settings",
                .array(
                    settings.all.map {
                        [
                            "name": .string($0.name), "value": .string($0.value),
                            "source": .string($0.source),
                        ]
                    }
                )
            ),
            .init(
                "findings",
                .array(
                    findings.map {
                        [
                            "kind": .string($0.kind.rawValue), "harmful": .boolean($0.isHarmful),
                            "evidence": .string($0.evidence), "fix": .string($0.fix),
                        ]
                    }
                )
            ),
            .init(
                "module",
                module.map {
                    ["path": .string($0.path), "version": .string($0.version.description)]
                } ?? .null
            ),
        ]
    }
}

extension OperatingSystem {
    fileprivate var document: JSONValue {
        [
            "id": .string(identifier), "version": JSONValue(version), "name": .string(name),
            "like": .strings(relatives),
        ]
    }
}

extension DirectoryFacts {
    fileprivate var document: JSONValue {
        [
            "role": .string(role.rawValue), "path": .string(path), "examined": .string(examined),
            "fileSystem": JSONValue(mount?.kind), "mountedAt": JSONValue(mount?.path),
            "noexec": .optional(isNoExec), "nosuid": .optional(mount?.isNoSetUID),
            "readOnly": .optional(mount?.isReadOnly), "windowsDrive": .optional(isWindowsDrive),
            "caseInsensitive": .optional(isCaseInsensitive),
            "availableBytes": .optional(availableByteCount),
            "availableFiles": .optional(availableFileCount),
        ]
    }
}

extension GoInstallation {
    fileprivate var document: JSONValue {
        [
            "root": .string(root), "foundAt": .string(foundAt),
            "version": JSONValue(version),
            "versionText": JSONValue(versionText), "origin": .string(origin.name),
            "arch": JSONValue(architecture?.rawValue), "usable": .boolean(isUsable),
            "problems": .strings(problems.map(\.words)),
        ]
    }
}

extension GoCommand {
    fileprivate var document: JSONValue {
        ["path": .string(path), "is": .string(words), "root": JSONValue(rootPath)]
    }
}

extension FoundTool {
    fileprivate var document: JSONValue {
        [
            "path": .string(path), "tool": .string(tool), "version": JSONValue(version),
            "builtWith": JSONValue(builtWith), "problem": JSONValue(problem),
        ]
    }
}

extension Alignment {
    /// The action as JSON.
    package var document: JSONValue {
        [
            "tool": .string(tool), "request": .string(request), "source": .string(source),
            "action": .string(action.rawValue), "version": JSONValue(version),
            "reason": .string(reason),
        ]
    }
}

extension DebugReadiness {
    /// The checks as JSON: see docs/schemas/doctor.schema.json.
    package var document: JSONValue {
        [
            "schema": .string(DocumentKind.doctor.schema), "verdict": .string(verdict.rawValue),
            "exitStatus": .integer(Int(verdict.exitStatus)),
            "checks": .array(checks.map(\.document)),
        ]
    }
}

extension DoctorCheck {
    /// The check as JSON.
    package var document: JSONValue {
        [
            "id": .string(identifier.rawValue), "verdict": .string(verdict.rawValue),
            "essential": .boolean(isEssential), "title": .string(title),
            "evidence": .strings(evidence), "fix": .strings(fix),
            "fixable": .boolean(!remedies.isEmpty),
        ]
    }
}

extension JSONValue {
    fileprivate static func strings(_ texts: [String]) -> JSONValue {
        .array(texts.map { .string($0) })
    }

    fileprivate static func optional(_ value: Bool?) -> JSONValue {
        value.map { .boolean($0) } ?? .null
    }

    fileprivate static func optional(_ value: Int?) -> JSONValue {
        value.map { .integer($0) } ?? .null
    }
}
