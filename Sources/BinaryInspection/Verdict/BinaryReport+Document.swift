package import ToolchainCore
package import ToolchainHost

extension BinaryReport {
    /// Returns the report as JSON, an element of `files` in docs/schemas/inspect.schema.json.
    ///
    /// - Parameters:
    ///   - delve: The Delve that is compatible with the program.
    ///   - substitutions: The result of ``substitutions(realDirectory:)`` on this host.
    ///   - launch: Whether the file can be executed; nil if that does not matter.
    ///   - notes: Additional remarks.
    /// - Returns: The document.
    package func document(
        delve: CompatibleDelve,
        substitutions: [Substitution],
        launch: FileSystem.LaunchFacts? = nil,
        notes: [String] = []
    ) -> JSONValue {
        var compatible: String?
        var reason: String?
        switch delve {
        case .version(let version): compatible = version
        case .none(let because): reason = because
        case .unknown(let because): reason = because
        }
        return [
            "file": .string(path), "verdict": .string(verdict.rawValue),
            "reasons": .array(reasons.map { .string($0) }),
            "delve": .string(behavior(of: delve, isExecutable: launch?.isExecutable ?? true)),
            "notes": .array(notes.map { .string($0) }),
            "compatibleDelve": JSONValue(compatible), "noCompatibleDelve": JSONValue(reason),
            "buildCommand": JSONValue(buildCommand),
            "substitutePath": .array(
                substitutions.map { ["from": .string($0.from), "to": .string($0.to)] }
            ),
            "elf": elf.document, "go": buildInfo?.document ?? .null,
            "goVersion": JSONValue(goVersion), "debug": debugging?.document ?? .null,
            "debugLink": splitDebug?.document ?? .null,
            "test": .boolean(isTest), "symbolTable": .boolean(hasSymbolTable),
            "lineTable": .boolean(hasLineTable),
            "cgo": [
                "used": .string(usesCgo.rawValue), "evidence": .string(cgoEvidence),
            ],
            "race": .string(isRaceEnabled.rawValue), "trimpath": .string(isTrimmed.rawValue),
            "sourceDirectory": JSONValue(sourceDirectory), "error": .null,
        ]
    }

    /// Returns the document for a file that could not be inspected.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - failure: The reason.
    /// - Returns: The document, an element of `files`.
    package static func document(ofUnreadable path: String, _ failure: Failure) -> JSONValue {
        [
            "file": .string(path),
            "error": [
                "kind": .string(failure.kind.name),
                "exitStatus": .integer(Int(failure.kind.exitStatus)),
                "message": .string(failure.message),
            ],
        ]
    }
}

extension ELFFile {
    /// The headers as JSON.
    fileprivate var document: JSONValue {
        [
            "class": .integer(identity.is64Bit ? 64 : 32),
            "byteOrder": .string(identity.isLittleEndian ? "little" : "big"),
            "arch": JSONValue(architecture?.rawValue), "type": .string(kind.rawValue),
            "pie": .boolean(isPIE), "static": .boolean(isStatic),
            "interpreter": JSONValue(interpreter),
            "needed": .array(neededLibraries.map { .string($0) }),
            "glibcFloor": JSONValue(glibcFloor), "sectionHeaders": .boolean(hasSectionHeaders),
            "damage": .array(damage.map { .string($0) }),
        ]
    }
}

extension GoBuildInfo {
    /// The build information as JSON.
    fileprivate var document: JSONValue {
        [
            "version": .string(versionText), "form": .string(form.rawValue),
            "package": JSONValue(packagePath),
            "module": module.map { module in
                [
                    "path": .string(module.path), "version": .string(module.version),
                    "sum": JSONValue(module.sum),
                ]
            } ?? .null,
            "dependencies": .integer(dependencyCount),
            "settings": .array(
                settings.map { ["key": .string($0.key), "value": .string($0.value)] }
            ),
        ]
    }
}

extension BinaryReport.Debugging {
    /// The debug information as JSON.
    fileprivate var document: JSONValue {
        [
            "splitFile": JSONValue(splitFile), "dwarf": version.map { .integer($0) } ?? .null,
            "compressed": .boolean(isCompressed), "units": .integer(unitCount),
            "foreignUnits": .integer(foreignUnitCount),
            "main": main.map {
                [
                    "optimized": .boolean($0.isOptimized), "inlined": .boolean($0.isInlined),
                    "variables": .boolean(!$0.lacksVariables),
                ]
            } ?? .null,
            "modulePackages": .integer(moduleUnitCount),
            "optimizedModulePackages": .integer(optimizedModuleUnitCount),
        ]
    }
}

extension SplitDebug {
    /// The split debug information as JSON.
    fileprivate var document: JSONValue {
        var state = "missing"
        var file: String?
        switch finding {
        case .found(let path): (state, file) = ("found", path)
        case .mismatched(let path): (state, file) = ("mismatched", path)
        case .unsearched(let path): (state, file) = ("unsearched", path)
        case .missing: break
        }
        return [
            "name": JSONValue(linkName), "buildId": JSONValue(buildID), "state": .string(state),
            "file": JSONValue(file),
        ]
    }
}
