public import ToolchainCore

/// What a go.mod or go.work asks of Go's own switching.
public struct GoModuleFile: Hashable, Sendable {
    /// The file.
    public let path: String
    /// The version that its `toolchain` or `go` line asks for, whichever is newer, as Go's command
    /// looks for it: `go 1.26` asks for go1.26.0.
    public let version: GoVersion

    /// Looks for go.work, else go.mod, from `folder` upward, as Go's command does.
    ///
    /// - Parameters:
    ///   - folder: The working folder.
    ///   - ignoringWorkspace: Whether GOWORK is `off`, so that no go.work counts.
    ///   - files: The files of the host.
    /// - Returns: The file; nil where there is none, or it asks for nothing that Go would look for.
    public static func nearest(
        to folder: String?,
        ignoringWorkspace: Bool = false,
        in files: RootedFiles
    ) -> GoModuleFile? {
        guard let folder, folder.hasPrefix("/") else { return nil }
        let parts = folder.split(byte: "/")
        guard parts.count <= 256 else { return nil }
        for name in ignoringWorkspace ? ["go.mod"] : ["go.work", "go.mod"] {
            for count in (0...parts.count).reversed() {
                let place = "/" + parts.prefix(count).map { "\($0)/" }.joined()
                guard let bytes = files.bytes(place + name) else { continue }
                return version(in: String(decoding: bytes, as: UTF8.self)).map {
                    GoModuleFile(path: place + name, version: $0)
                }
            }
        }
        return nil
    }

    /// The version that the lines of a go.mod ask for.
    public static func version(in text: String) -> GoVersion? {
        var language: GoVersion?
        var toolchain: GoVersion?
        for line in text.split(byte: "\n").prefix(100_000) {
            let code = line.split(separator: "//", maxSplits: 1, omittingEmptySubsequences: false)[
                0
            ]
            let words = code.split(whereSeparator: \.isWhitespace)
            guard words.count == 2 else { continue }
            if words[0] == "go", !words[1].hasPrefix("go") {
                language = GoVersion(words[1])
            } else if words[0] == "toolchain", words[1].hasPrefix("go") {
                toolchain = GoVersion(words[1])
            }
        }
        // Since 1.21 a language version stands for its first release.
        let first = language.flatMap { $0.isLanguageVersion ? GoVersion("\($0).0") : $0 }
        return [first, toolchain?.isLanguageVersion == true ? nil : toolchain].compactMap { $0 }
            .max()
    }
}
