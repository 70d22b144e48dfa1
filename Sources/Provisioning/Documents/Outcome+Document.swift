package import ToolchainCore

extension Outcome {
    /// The outcome as JSON, as `ensure` reports it.
    package var document: JSONValue {
        switch installation {
        case .go(let version):
            var document: JSONValue = [
                "request": .string(request), "version": .string(version.description),
                "action": .string(action.rawValue), "goroot": .string(path),
                "launcher": .string(launcherPath), "formerGoroot": JSONValue(formerGoRoot),
            ]
            if let missing { document = document.adding("missing", .string(missing.description)) }
            if isProvenByLog { document = document.adding("provenByLog", .boolean(true)) }
            return document
        case .tool(let build):
            return [
                "request": .string(request),
                "tool": .string(build.tool.name),
                "version": .string(build.version.description),
                "builtWith": .string(build.builder.description),
                "for": .array(tool?.targets.map { .string($0.description) } ?? []),
                "action": .string(action.rawValue),
                "reason": JSONValue(tool?.reason),
                "program": JSONValue(program), "link": .string(launcherPath),
            ]
        }
    }

    /// Why the version is not the newest that is known, or `nil` if it is.
    package var remark: String? {
        missing.map {
            "\($0.toolchainName) is newer and also matches `\(request)`, but no source has it"
        }
    }
}
