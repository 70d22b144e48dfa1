package import ToolchainCore

/// The toolchain that a go.mod or go.work requires.
package struct GoModuleFile: Hashable, Sendable {
    /// The path of the file.
    package let path: String
    /// The version that the `toolchain` or the `go` line requires, whichever is newer: `go 1.26`
    /// requires go1.26.0.
    package let version: GoVersion
    /// The name of the toolchain that the `go` command looks for; `toolchain go1.28` names one that no
    /// release has.
    package let toolchain: String
    /// The minimum version of the `go` line, or `nil` if there is none.
    let language: GoVersion?
    /// Whether `toolchain default` prevents Go from switching toolchains.
    let isDefault: Bool

    /// Finds the nearest go.work, or else go.mod, in `directory` or above, as the `go` command does.
    ///
    /// - Parameters:
    ///   - directory: The working directory.
    ///   - workspace: The value of GOWORK: `off`, or the path of a go.work.
    ///   - files: The files of the host.
    /// - Returns: The file, or `nil` if there is none or it requires no version.
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

    /// Parses a go.mod; `nil` if it requires no version.
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
        // Since Go 1.21, a language version in go.mod means the first release of its line.
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
