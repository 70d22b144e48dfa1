internal import SystemPackage
public import ToolchainCore
internal import ToolchainHost

/// A manifest and where it was found.
public struct LocatedManifest: Sendable {
    /// The names of manifests in directories.
    ///
    /// Some editors accept comments only under the second one.
    private static let fileNames = ["gotoolprov.json", "gotoolprov.jsonc"]
    /// The largest manifest that is read, in bytes.
    private static let largest = 1 << 20

    /// The file's absolute path.
    public let path: String
    /// What it says.
    public let manifest: Manifest

    /// The folder that relative paths in it start from.
    var folder: String { FilePath(path).removingLastComponent().string }

    /// The manifests that apply, nearest first: the explicit one alone if there is one; else the one
    /// found upward from the working folder, the user's, and the host's.
    ///
    /// - Parameters:
    ///   - explicit: The one that was named.
    ///   - environment: The variables and the working folder.
    ///   - isTolerant: Whether one that cannot be used is passed over.
    /// - Returns: The manifests.
    /// - Throws: ``Failure`` of kind `configuration` for one that is there and cannot be used.
    static func all(
        explicit: String?,
        from environment: HostEnvironment,
        isTolerant: Bool = false
    ) throws(Failure) -> [LocatedManifest] {
        func attempt(
            _ find: () throws(Failure) -> LocatedManifest?
        ) throws(Failure) -> LocatedManifest? {
            do throws(Failure) {
                return try find()
            } catch {
                guard isTolerant else { throw error }
                return nil
            }
        }
        if let explicit {
            let found = try attempt { () throws(Failure) in
                guard let path = environment.absolutePath(explicit),
                    let found = try read(path)
                else {
                    throw Failure(
                        .configuration,
                        "there is no manifest where one was named",
                        facts: [.init("file", explicit)]
                    )
                }
                return found
            }
            return found.map { [$0] } ?? []
        }
        var found: [LocatedManifest] = []
        let configuration =
            environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
            ?? environment.home.map { "\($0)/.config" }
        let shared = [configuration, "/etc"].compactMap { $0.map { "\($0)/gotoolprov" } }
        let project = try attempt { () throws(Failure) in
            guard let project = try inWorkingFolder(environment), !shared.contains(project.folder)
            else { return nil }
            try project.refuseTrustedKeys()
            return project
        }
        if let project { found.append(project) }
        for folder in shared {
            let manifest = try attempt { () throws(Failure) in try read(in: folder) }
            if let manifest { found.append(manifest) }
        }
        return found
    }

    private static func inWorkingFolder(
        _ environment: HostEnvironment
    ) throws(Failure) -> LocatedManifest? {
        guard let start = environment.currentDirectory else { return nil }
        var folder = FilePath(start)
        while true {
            if let found = try read(in: folder.string) { return found }
            guard folder.removeLastComponent() else { return nil }
        }
    }

    /// A manifest that merely lies in the working folder may have come with a stranger's repository.
    ///
    /// It may say which versions to have and where to look for their archives, since those are
    /// verified; but not which digests to believe, nor which trees and programs are to be run.
    private func refuseTrustedKeys() throws(Failure) {
        let found = [
            ("catalogues", !manifest.catalogues.isEmpty), ("sdkRoot", manifest.sdkRoot != nil),
            ("gobin", manifest.goBin != nil),
        ].filter(\.1).map { "`\($0.0)`" }
        guard !found.isEmpty else { return }
        throw Failure(
            .configuration,
            "a manifest found in the working folder may not have \(found.joined(separator: ", "))",
            facts: [
                .init("file", path),
                .init("because", "that is trusted, and nobody has named this file"),
            ],
            hint:
                "name it, if you trust it: `--manifest \(path)`; or set that in ~/.config/gotoolprov"
        )
    }

    /// The manifest in a directory, under either of its names.
    private static func read(in folder: String) throws(Failure) -> LocatedManifest? {
        var found: [LocatedManifest] = []
        for name in fileNames {
            if let manifest = try read("\(folder == "/" ? "" : folder)/\(name)") {
                found.append(manifest)
            }
        }
        guard found.count < 2 else {
            throw Failure(
                .configuration,
                "there are two manifests in one directory",
                facts: found.map { .init("file", $0.path) },
                hint: "delete or rename one of them"
            )
        }
        return found.first
    }

    private static func read(_ path: String) throws(Failure) -> LocatedManifest? {
        let bytes: [UInt8]?
        do {
            bytes = try FileSystem.contents(of: path, limit: largest + 1)
        } catch {
            throw Failure(
                .configuration,
                "cannot read the manifest",
                facts: [.init("file", path), .init("because", error.errno)]
            )
        }
        guard let bytes else { return nil }
        guard bytes.count <= largest else {
            throw Failure(
                .configuration,
                "the manifest is too large",
                facts: [.init("file", path), .init("limit", "\(largest) bytes")]
            )
        }
        do {
            return LocatedManifest(path: path, manifest: try Manifest(parsing: bytes))
        } catch {
            let place = error.place(in: bytes)
            throw Failure(
                .configuration,
                "the manifest is not valid",
                facts: [
                    .init("file", "\(path):\(place.line):\(place.column)"),
                    .init("because", error.reason),
                ],
                hint: "docs/MANIFEST-FORMAT.md says what may stand there"
            )
        }
    }
}
