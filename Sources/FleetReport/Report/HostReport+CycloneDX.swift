package import ToolchainCore

extension HostReport {
    /// The report as a CycloneDX 1.6 bill of materials, with one component for each Go toolchain
    /// and tool, and their known vulnerabilities.
    package var cycloneDX: JSONValue {
        let parts = toolchains.enumerated().flatMap { components(of: $1, number: $0) }
        return [
            "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": 1,
            "metadata": [
                "timestamp": JSONValue(generatedAt),
                "tools": [
                    "components": [
                        [
                            "type": "application", "name": "gotoolprov",
                            "version": .string(agentVersion),
                        ]
                    ]
                ],
                "component": [
                    "type": "device",
                    "bom-ref": .string("host-\(host.id)"),
                    "name": .string(host.name),
                    "properties": .properties([
                        ("gotoolprov:os", host.os), ("gotoolprov:arch", host.architecture),
                        ("gotoolprov:libc", host.libc),
                        ("gotoolprov:virt", host.virtualization.rawValue),
                    ]),
                ],
                "properties": .properties(knowledgeProperties),
            ],
            "components": .array(parts),
            "vulnerabilities": .array(vulnerabilities),
        ]
    }

    /// What the list of vulnerabilities is from: without it, an empty list would look like a clean host.
    private var knowledgeProperties: [(String, String)] {
        guard let knowledge else { return [("gotoolprov:vulnerability-data", "none")] }
        return [
            ("gotoolprov:vulnerability-data", knowledge.isStale ? "stale" : "current"),
            ("gotoolprov:vulnerability-snapshot", knowledge.snapshot.description),
        ]
    }

    /// A Go toolchain has two components: the distribution, and its standard library under the name
    /// that scanners match.
    private func components(of toolchain: Toolchain, number: Int) -> [JSONValue] {
        let version = toolchain.version
        if toolchain.tool == "go" {
            return [
                component(
                    toolchain,
                    reference: Self.reference(number),
                    type: "platform",
                    name: "go",
                    url: "pkg:generic/go@\(version.inPackageURL)",
                    digest: toolchain.archiveSHA256
                ),
                component(
                    toolchain,
                    reference: "stdlib-\(number)",
                    type: "library",
                    name: "stdlib",
                    url: Self.standardLibrary(version),
                    digest: nil
                ),
            ]
        }
        let module = GoModule(tool: toolchain.tool)
        let path = module.map { "golang/\($0.path)@v\(version.inPackageURL)" }
        let fragment = module?.directory.map { "#\($0)" } ?? ""
        return [
            component(
                toolchain,
                reference: Self.reference(number),
                type: "application",
                name: toolchain.tool,
                url: path.map { "pkg:\($0)\(fragment)" }
                    ?? "pkg:generic/\(toolchain.tool.inPackageURL)@\(version.inPackageURL)",
                digest: nil
            )
        ]
    }

    /// Returns the package URL of the standard library, which requires a semantic version; `nil`
    /// for an unknown version.
    ///
    /// A vendor suffix is omitted, because as a pre-release it would sort before the release.
    private static func standardLibrary(_ version: String) -> String? {
        GoVersion(version).flatMap { SemanticVersion($0) }
            .map { "pkg:golang/stdlib@\($0.description.inPackageURL)" }
    }

    private static func reference(_ number: Int) -> String { "toolchain-\(number)" }

    private func component(
        _ toolchain: Toolchain,
        reference: String,
        type: String,
        name: String,
        url: String?,
        digest: String?
    ) -> JSONValue {
        let digest = digest.flatMap { SHA256Digest(hexadecimal: $0) }
        return .present([
            ("type", .string(type)),
            ("bom-ref", .string(reference)),
            ("name", .string(name)),
            ("version", .string(toolchain.version)),
            ("purl", .optional(url)),
            (
                "hashes",
                digest.map { [["alg": "SHA-256", "content": JSONValue($0)]] }
            ),
            (
                "properties",
                .properties(
                    [
                        ("gotoolprov:path", toolchain.path),
                        ("gotoolprov:origin", toolchain.origin.rawValue),
                        ("gotoolprov:active", toolchain.isActive ? "true" : "false"),
                        ("gotoolprov:support", toolchain.support.state.rawValue),
                        ("gotoolprov:integrity", toolchain.integrity.state.rawValue),
                    ]
                        + (toolchain.published.map { [("gotoolprov:published", $0.state.rawValue)] }
                            ?? [])
                )
            ),
        ])
    }

    private var vulnerabilities: [JSONValue] {
        var affected: [String: [String]] = [:]
        for (number, toolchain) in toolchains.enumerated() {
            guard let found = toolchain.vulnerabilities else { continue }
            for id in Set(found.stdlib) { affected[id, default: []].append("stdlib-\(number)") }
            for id in Set(found.toolchain) {
                affected[id, default: []].append(Self.reference(number))
            }
        }
        return affected.sorted { $0.key < $1.key }.map { id, references in
            [
                "id": .string(id),
                "source": ["name": "Go vulnerability database"],
                "affects": .array(references.map { ["ref": .string($0)] }),
            ]
        }
    }
}

extension JSONValue {
    fileprivate static func properties(_ properties: [(String, String)]) -> JSONValue {
        .array(properties.map { ["name": .string($0), "value": .string($1)] })
    }
}
