internal import ArgumentParser
internal import HostInspection
internal import Provisioning
internal import ToolchainCore

/// Says what this host is and has.
struct Status: HostCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what this host is: platform, C library, kernel, folders, installed versions."
    )

    @OptionGroup var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let settings = try context.settings()
        let host = try context.platform()
        let library = CLibrary.detected(in: context.files)
        let level =
            host.platform.architecture == .amd64
            ? AMD64Level.detected(in: context.files) : nil
        let isOnPath = context.searchPath.contains(settings.goBin)
        let entries = try SDKStore(root: settings.sdkRoot).entries()
        let kernel = HostPlatform.kernelNames().release
        switch common.format {
        case .text:
            var rows = [
                ["platform", "\(host.platform)  (\(host.evidence); kernel says \(host.machine))"],
                ["libc", "\(library.words)  (\(library.evidence))"],
                ["kernel", "Linux \(kernel)"],
                ["SDKs in", settings.sdkRoot],
                ["launchers in", "\(settings.goBin)  (\(isOnPath ? "" : "not ")on PATH)"],
                ["manifest", settings.manifest?.path ?? "none"],
            ]
            if host.platform.architecture == .amd64 {
                rows.insert(["GOAMD64", "up to \(level?.rawValue ?? "unknown")"], at: 1)
            }
            for mirror in settings.mirrors { rows.append(["mirror", mirror.name]) }
            for entry in entries {
                rows.append([entry.name, entry.state.words])
            }
            context.output.write(table(rows))
        case .json:
            let document: JSONValue = [
                "schemaVersion": 1,
                "os": .string(GoPlatform.operatingSystem),
                "arch": .string(host.platform.architecture.rawValue),
                "archEvidence": .string(host.evidence),
                "machine": .string(host.machine),
                "goamd64": JSONValue(level?.rawValue),
                "kernel": .string(kernel),
                "libc": [
                    "kind": .string(library.kind.rawValue),
                    "version": JSONValue(library.version),
                    "evidence": .string(library.evidence),
                ],
                "sdkRoot": .string(settings.sdkRoot),
                "gobin": ["path": .string(settings.goBin), "onPath": .boolean(isOnPath)],
                "manifest": JSONValue(settings.manifest?.path),
                "mirrors": .array(settings.mirrors.map { .string($0.name) }),
                "installed": .array(entries.filter { $0.goVersion != nil }.map(\.document)),
                "tools": .array(entries.filter { $0.toolBuild != nil }.map(\.document)),
            ]
            context.output.write(document.rendered)
        }
        return 0
    }
}

extension CLibrary {
    /// `glibc 2.36`, or `none`.
    fileprivate var words: String {
        switch kind {
        case .none, .unknown: kind.rawValue
        case .glibc, .musl: "\(kind.rawValue) \(version ?? "of unknown version")"
        }
    }
}
