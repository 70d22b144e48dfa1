internal import BinaryInspection
package import HostInspection
package import ToolchainCore
package import ToolchainHost

/// Read-only operations, which also work if HOME or a manifest is unusable.
extension HostContext {
    /// The environment, with HOME from the user database if it is not set.
    package var inspectionEnvironment: HostEnvironment { environment.withHome(from: files) }

    /// Reads the settings, and ignores those that are invalid.
    ///
    /// - Parameter change: Adds the options of the command.
    /// - Returns: The settings; if manifests are invalid, a note is reported and they are ignored. A
    ///   manifest could have forbidden requests, so none are sent then.
    /// - Throws: ``Failure`` if the settings are invalid even without manifests and Go variables.
    package func inspectionSettings(
        adding change: (inout Settings.Options) -> Void = { _ in }
    ) throws(Failure) -> Settings {
        let environment = inspectionEnvironment
        do throws(Failure) {
            return try settings(from: environment) {
                change(&$0)
                $0.manifestUse = .usable
            }
        } catch {
            note("\(error.message); manifests are ignored")
        }
        // `doctor` reports invalid variables itself.
        let usable = environment.setting(["GOBIN": "", "GOPATH": "", "GOENV": "off"])
        return try settings(from: usable) {
            change(&$0)
            $0.isOffline = true
            $0.manifest = nil
            $0.manifestUse = .none
        }
    }

    /// Gathers the facts about this host; `table` identifies tools that do not contain their version.
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

    /// Gathers the facts that determine whether this host can debug.
    package func debugFacts(_ facts: HostFacts) -> DebugFacts {
        DebugFacts.gathered(facts, in: files, isDelve: ToolIdentity.isDelve)
    }

    /// Loads the built-in and the configured catalogs; if a configured one is invalid, reports a note
    /// and loads only the built-in one.
    package func readableCatalog(_ settings: Settings) throws(Failure) -> Catalog {
        do throws(Failure) {
            return try settings.loadCatalog()
        } catch {
            note("\(error.message); only the built-in catalog is used")
            return try CatalogLibrary.load(adding: [])
        }
    }

    /// Returns the compatibility rules for this host's architecture.
    package func compatibility(_ table: ToolCatalog) throws(Failure) -> Compatibility {
        Compatibility(table, on: try platform().platform.architecture)
    }
}
