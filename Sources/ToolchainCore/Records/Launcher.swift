/// A shell script in GOBIN that runs an executable of a toolchain: `go1.21.13 build ./...`.
package struct Launcher: Hashable, Sendable {
    /// How a launcher finds its toolchain.
    package enum Target: Hashable, Sendable {
        /// The toolchain at this path.
        case tree(String)
        /// The toolchain that the symbolic link at this path points to when the launcher starts.
        case link(String)

        package var path: String {
            switch self {
            case .tree(let path), .link(let path): path
            }
        }
    }

    /// The name of its file in GOBIN.
    package let name: String
    package let target: Target
    /// The name of the executable in the toolchain's `bin`.
    private let executable: String
    /// What it runs, for a comment in the script.
    private let subject: String

    /// Creates the launcher of the toolchain at `goRoot`, an absolute path.
    package init(version: GoVersion, goRoot: String) {
        name = version.toolchainName
        executable = "go"
        subject = version.toolchainName
        target = .tree(goRoot)
    }

    /// Returns the launchers `go` and `gofmt` of the default Go, which the symbolic link at `link` selects.
    ///
    /// The link is resolved once, when the launcher starts, so changing the default does not affect
    /// running builds.
    package static func ofDefault(link: String) -> [Launcher] {
        ["go", "gofmt"].map { executable in
            Launcher(
                name: executable,
                executable: executable,
                subject: "\(executable) of the Go that `gotoolprov use` chose",
                target: .link(link)
            )
        }
    }

    private init(name: String, executable: String, subject: String, target: Target) {
        self.name = name
        self.executable = executable
        self.subject = subject
        self.target = target
    }

    /// Returns the launcher with another target.
    package func running(_ target: Target) -> Launcher {
        Launcher(name: name, executable: executable, subject: subject, target: target)
    }

    /// The line that sets GOROOT.
    private var assignment: String {
        switch target {
        case .tree(let path): Self.treeStart + ShellQuoting.quoted(path)
        case .link(let path): Self.linkStart + ShellQuoting.quoted(path) + Self.linkEnd
        }
    }

    private static let treeStart = "GOROOT="
    private static let linkStart = "GOROOT=$(CDPATH= cd -P -- "
    private static let linkEnd = " && pwd -P) || exit 127"

    /// The contents of the file.
    ///
    /// The script sets GOROOT and PATH because an exported GOROOT of another version makes every build
    /// fail (docs/facts/go-toolchains.md#an-exported-goroot). It uses `exec` so that Go receives signals
    /// and determines the exit status.
    package var script: String {
        """
        #!/bin/sh
        \(Self.mark) for \(subject)
        # It needs only sh, works without gotoolprov, and may be deleted at any time.
        \(assignment)
        PATH="$GOROOT/bin${PATH:+:$PATH}"
        export GOROOT PATH
        exec "$GOROOT/bin/\(executable)" "$@"

        """
    }

    /// Returns whether `contents` are a launcher, written by any version of gotoolprov, with this target.
    package func hasSameTarget(as contents: [UInt8]) -> Bool {
        Self.isLauncher(contents)
            && contents.split(separator: UInt8(ascii: "\n")).contains(Array(assignment.utf8)[...])
    }

    /// Returns the target of the launcher with these contents; nil if they are not a launcher.
    package static func target(in contents: [UInt8]) -> Target? {
        guard isLauncher(contents) else { return nil }
        for line in String(decoding: contents, as: UTF8.self).split(byte: "\n") {
            if line.hasPrefix(linkStart), line.hasSuffix(linkEnd) {
                let word = line.dropFirst(linkStart.count).dropLast(linkEnd.count)
                return ShellQuoting.unquoted(String(word)).map { .link($0) }
            }
            if line.hasPrefix(treeStart) {
                let word = line.dropFirst(treeStart.count)
                return ShellQuoting.unquoted(String(word)).map { .tree($0) }
            }
        }
        return nil
    }

    /// The maximum size of a launcher, which contains a path, in bytes.
    package static let maximumByteCount = 16 << 10

    /// The start of the second line of every launcher.
    static let mark = "# A launcher of gotoolprov"

    /// Returns whether `contents` are a launcher written by gotoolprov.
    package static func isLauncher(_ contents: [UInt8]) -> Bool {
        contents.starts(with: Array("#!/bin/sh\n\(mark) for go".utf8))
    }
}
