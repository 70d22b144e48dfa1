internal import BinaryInspection
package import HostInspection
package import ToolchainCore
package import ToolchainHost

/// What only looks at a host, and does so also where its home or manifests cannot be used.
extension HostContext {
    /// The environment, with a home in any case.
    package var inspectionEnvironment: HostEnvironment { environment.withHome(from: files) }

    /// The settings, as far as they can be read.
    ///
    /// - Returns: The settings; without manifests where these cannot be used, which is noted.
    /// - Throws: ``Failure`` where there are none even without manifests and Go's variables.
    package func inspectionSettings() throws(Failure) -> Settings {
        let environment = inspectionEnvironment
        do throws(Failure) {
            return try settings(from: environment) { $0.manifestUse = .usable }
        } catch {
            note("\(error.message); manifests are ignored")
        }
        // doctor reports a variable that cannot be used.
        let usable = environment.setting(["GOBIN": "", "GOPATH": "", "GOENV": "off"])
        return try settings(from: usable) {
            $0.manifest = nil
            $0.manifestUse = .none
        }
    }

    /// What this host is and has; `table` knows versions of tools that do not say theirs.
    package func facts(_ settings: Settings, _ table: ToolCatalog) -> HostFacts {
        HostFacts.gathered(
            HostFacts.Setting(
                sdkRoot: settings.sdkRoot,
                goBin: settings.goBin,
                environment: environment,
                tools: FoundTool.all(
                    goBin: settings.goBin,
                    sdkRoot: settings.sdkRoot,
                    path: SearchPath(environment["PATH"]),
                    knownBy: table,
                    in: files
                )
            ),
            in: files
        )
    }

    /// The facts that decide whether this host can debug.
    package func debugFacts(_ facts: HostFacts) -> DebugFacts {
        DebugFacts.gathered(facts, in: files, isDelve: ToolIdentity.isDelve)
    }

    /// The catalog with what the configuration adds, or only the built-in one where that cannot be
    /// used, which is noted.
    package func readableCatalog(_ settings: Settings) throws(Failure) -> Catalog {
        do throws(Failure) {
            return try CatalogLibrary.load(adding: settings.catalogs)
        } catch {
            note("\(error.message); only the built-in catalog is used")
            return try CatalogLibrary.load(adding: [])
        }
    }

    /// Which tools are compatible with which Go on this host.
    package func compatibility(_ table: ToolCatalog) throws(Failure) -> Compatibility {
        Compatibility(table, on: try platform().platform.architecture)
    }
}
