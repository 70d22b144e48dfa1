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
            if let source { document = document.adding("selectedBy", JSONValue(source)) }
            if let cooling { document = document.adding("cooldown", cooling.document) }
            if provingLog != nil { document = document.adding("provenByLog", .boolean(true)) }
            return document.adding(expiredSites: expiredSites)
        case .tool(let build):
            let document: JSONValue = [
                "request": .string(request),
                "tool": .string(build.tool.name),
                "version": .string(build.version.description),
                "builtWith": .string(build.builder.description),
                "for": .array(tool?.targets.map { .string($0.description) } ?? []),
                "action": .string(action.rawValue),
                "reason": JSONValue(tool?.reason),
                "program": JSONValue(program), "link": .string(launcherPath),
            ]
            return document.adding(expiredSites: expiredSites)
        }
    }

    /// What the user should know about the selection of the version: what named a version that changed
    /// this host, and why the version is not the newest that is known.
    ///
    /// - Parameter isOffline: Whether the official list could not be asked.
    /// - Returns: The sentences.
    package func remarks(isOffline: Bool) -> [String] {
        var remarks: [String] = []
        if let source, let version = goVersion, action != .present {
            let limit = isOffline && source.isCatalog ? "; offline, newer ones are unknown" : ""
            remarks.append("`\(request)` is \(version.toolchainName): \(source)\(limit)")
        }
        if let missing {
            remarks.append(
                "\(missing.toolchainName) is newer and also matches `\(request)`, but no source has it"
            )
        }
        if let cooling {
            let name = cooling.version.toolchainName
            remarks.append(
                "\(name) also matches `\(request)`, but is younger than the cooldown: "
                    + (cooling.allowedFrom.map { "it is selected from \($0)" }
                        ?? "its release date is unknown")
            )
        }
        return remarks
    }
}

extension JSONValue {
    /// Returns the document with the sites whose expired catalogs were accepted, if there are any.
    fileprivate func adding(expiredSites sites: [SiteName]) -> JSONValue {
        sites.isEmpty
            ? self : adding("acceptedExpired", .array(sites.map { .string($0.description) }))
    }
}

extension CoolingGo {
    fileprivate var document: JSONValue {
        ["version": .string(version.description), "allowedFrom": JSONValue(allowedFrom)]
    }
}
