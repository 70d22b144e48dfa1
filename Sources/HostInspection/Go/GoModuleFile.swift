package import ToolchainCore

/// What a go.mod or go.work requires of Go's own switching.
package struct GoModuleFile: Hashable, Sendable {
    /// The file.
    package let path: String
    /// The version that its `toolchain` or `go` line requires, whichever is newer: `go 1.26` requires
    /// go1.26.0.
    package let version: GoVersion
    /// The name that Go's command looks for, which `toolchain go1.28` makes one that no release has.
    package let toolchain: String
    /// The version that its `go` line requires at least; nil where it has none.
    let language: GoVersion?
    /// Whether `toolchain default` keeps Go from switching.
    let isDefault: Bool

    /// Looks for go.work, else go.mod, from `directory` upward, as Go's command does.
    ///
    /// - Parameters:
    ///   - directory: The working directory.
    ///   - workspace: GOWORK: `off`, or a go.work to use.
    ///   - files: The files of the host.
    /// - Returns: The file; nil where there is none, or it requires nothing that Go would look for.
    package static func nearest(
        to directory: String?,
        workspace: String? = nil,
        in files: RootedFiles
    ) -> GoModuleFile? {
        if let workspace, workspace.hasPrefix("/") {
            return files.bytes(workspace).flatMap {
                GoModuleFile(path: workspace, text: String(decoding: $0, as: UTF8.self))
            }
        }
        guard let directory, directory.hasPrefix("/") else { return nil }
        let parts = directory.split(byte: "/")
        guard parts.count <= 256 else { return nil }
        for name in workspace == "off" ? ["go.mod"] : ["go.work", "go.mod"] {
            for count in (0...parts.count).reversed() {
                let place = "/" + parts.prefix(count).map { "\($0)/" }.joined()
                guard let bytes = files.bytes(place + name) else { continue }
                return GoModuleFile(
                    path: place + name,
                    text: String(decoding: bytes, as: UTF8.self)
                )
            }
        }
        return nil
    }

    /// Reads the lines of a go.mod; nil where it requires nothing.
    package init?(path: String, text: String) {
        var language: GoVersion?
        var named: (name: String, version: GoVersion)?
        var isDefault = false
        for line in text.split(byte: "\n").prefix(100_000) {
            let code = line.split(separator: "//", maxSplits: 1, omittingEmptySubsequences: false)[
                0
            ]
            let words = code.split(whereSeparator: \.isWhitespace)
            guard words.count == 2 else { continue }
            if words[0] == "go", !words[1].hasPrefix("go") {
                language = GoVersion(words[1])
            } else if words[0] == "toolchain" {
                isDefault = words[1] == "default"
                let name = String(words[1])
                named = GoToolchainChoice.version(ofToolchain: name).map { (name, $0) }
            }
        }
        // Since 1.21 a language version stands for its first release.
        func release(_ version: GoVersion) -> GoVersion {
            version.isLanguageVersion ? version.line.firstRelease : version
        }
        let first = language.map(release)
        self.path = path
        self.isDefault = isDefault
        self.language = first
        if let named, language.map({ named.version >= $0 }) ?? true {
            version = release(named.version)
            toolchain = named.name
        } else if let first {
            version = first
            toolchain = first.toolchainName
        } else {
            return nil
        }
    }
}
