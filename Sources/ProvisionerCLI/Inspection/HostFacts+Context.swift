internal import BinaryInspection
internal import HostInspection
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

extension Context {
    /// What this host is and has; `table` knows versions of tools that do not say theirs.
    func hostFacts(_ settings: Settings, _ table: ToolCatalogue) -> HostFacts {
        HostFacts.gathered(
            HostFacts.Setting(
                sdkRoot: settings.sdkRoot,
                goBin: settings.goBin,
                environment: environment,
                tools: foundTools(settings, table)
            ),
            in: files
        )
    }

    /// The environment, with a home in any case: a service of systemd has no HOME, and what only looks
    /// at a host finds the one that /etc/passwd names.
    var inspectionEnvironment: HostEnvironment {
        let home = environment.home ?? UserNames(in: files).home(of: FileSystem.currentUser) ?? "/"
        return environment.setting(["HOME": home])
    }

    /// The settings, as far as they can be had: a host whose home or manifests cannot be read is
    /// looked at all the same.
    func inspectionSettings() throws(Failure) -> Settings {
        let environment = inspectionEnvironment
        do throws(Failure) {
            return try settings(from: environment) { $0.manifestUse = .usable }
        } catch {
            note("\(error.message); manifests are not used")
        }
        // A variable that cannot be used is what doctor is there to report.
        let usable = environment.setting(["GOBIN": "", "GOPATH": "", "GOENV": "off"])
        return try settings(from: usable) {
            $0.manifest = nil
            $0.manifestUse = .none
        }
    }

    /// Whether the program at a path is Delve; nil where its file does not say what it is.
    func isDelve(_ path: String) -> Bool? {
        ToolIdentity.read(at: path).map { $0.packagePath == "github.com/go-delve/delve/cmd/dlv" }
    }

    /// The Delve and gopls of this host.
    ///
    /// What they are is told from their binaries; one that cannot be read has no version, and one
    /// that is another program is left out.
    private func foundTools(_ settings: Settings, _ table: ToolCatalogue) -> [FoundTool] {
        let path = SearchPath(environment["PATH"])
        let host = try? platform().platform.architecture
        return ["dlv", "gopls"].flatMap { tool in
            ToolSearch.files(
                of: tool,
                goBin: settings.goBin,
                sdkRoot: settings.sdkRoot,
                path: path,
                in: files
            ).compactMap { path -> FoundTool? in
                guard let identity = ToolIdentity.read(at: path) else {
                    return FoundTool(path: path, tool: tool, version: nil, builtWith: nil)
                }
                guard identity.name == tool else { return nil }
                var flaw: String?
                if let host, let target = identity.architecture, target != host {
                    flaw = "it is for \(target.rawValue)"
                } else if let loader = identity.interpreter,
                    let found = CLibrary.flaw(ofLoader: loader, in: files)
                {
                    flaw = "it needs \(loader), which \(found.words)"
                }
                return FoundTool(
                    path: path,
                    tool: tool,
                    version: identity.version
                        ?? identity.release { table }?.description,
                    builtWith: identity.goVersion,
                    flaw: flaw
                )
            }
        }
    }

    /// The catalogue with what the configuration adds, or without where that cannot be used: to look
    /// at a host, the built-in one will do.
    func readableCatalogue(_ settings: Settings) throws(Failure) -> Catalogue {
        do throws(Failure) {
            return try CatalogueLibrary.load(adding: settings.catalogues)
        } catch {
            note("\(error.message); only what is built in is known")
            return try CatalogueLibrary.load(adding: [])
        }
    }

    /// Which tools are compatible with which Go here.
    func compatibility(_ table: ToolCatalogue) throws(Failure) -> Compatibility {
        Compatibility(table, on: try platform().platform.architecture)
    }
}
