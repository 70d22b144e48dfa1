/// The small shell script by which a program of a Go is run by a name: `go1.21.13 build ./...`.
package struct Launcher: Hashable, Sendable {
    /// What decides which tree a launcher runs.
    package enum Target: Hashable, Sendable {
        /// The tree at this path.
        case tree(String)
        /// The tree that the symbolic link at this path points to when the launcher starts.
        case link(String)

        package var path: String {
            switch self {
            case .tree(let path), .link(let path): path
            }
        }
    }

    /// The name of its file in GOBIN.
    package let name: String
    /// What it runs.
    package let target: Target
    /// The program in the tree's `bin` that it runs.
    private let program: String
    /// Whose launcher it is, for the script's reader.
    private let subject: String

    /// The launcher of `version` in `goRoot`, an absolute path.
    package init(version: GoVersion, goRoot: String) {
        name = version.toolchainName
        program = "go"
        subject = version.toolchainName
        target = .tree(goRoot)
    }

    /// The launchers `go` and `gofmt` of whichever Go the symbolic link at `link` points to.
    ///
    /// The link is resolved once per start, so that a build goes on with the Go that it began with.
    package static func ofDefault(link: String) -> [Launcher] {
        ["go", "gofmt"].map { program in
            Launcher(
                name: program,
                program: program,
                subject: "\(program) of the Go that `gotoolprov use` chose",
                target: .link(link)
            )
        }
    }

    private init(name: String, program: String, subject: String, target: Target) {
        self.name = name
        self.program = program
        self.subject = subject
        self.target = target
    }

    /// The same launcher with another target.
    package func running(_ target: Target) -> Launcher {
        Launcher(name: name, program: program, subject: subject, target: target)
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

    /// The script.
    ///
    /// It sets GOROOT and PATH because an exported GOROOT of another version makes every build fail
    /// (docs/facts/go-toolchains.md#an-exported-goroot), and `exec`s so that signals and the
    /// exit status are Go's own.
    package var script: String {
        """
        #!/bin/sh
        \(Self.mark) for \(subject)
        # It needs only sh, works without gotoolprov, and may be deleted at any time.
        \(assignment)
        PATH="$GOROOT/bin${PATH:+:$PATH}"
        export GOROOT PATH
        exec "$GOROOT/bin/\(program)" "$@"

        """
    }

    /// Whether `contents` are a launcher of gotoolprov, of whichever version of it, for this tree.
    package func isForSameTree(as contents: [UInt8]) -> Bool {
        Self.isLauncher(contents)
            && contents.split(separator: UInt8(ascii: "\n")).contains(Array(assignment.utf8)[...])
    }

    /// The target of the launcher with these contents; nil where they are no launcher's.
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

    /// How much of a file is read to see whether it is a launcher, in bytes; paths are in it.
    package static let mostBytes = 16 << 10

    /// The beginning of every launcher's second line.
    static let mark = "# A launcher of gotoolprov"

    /// Whether a file with these contents was written by gotoolprov.
    package static func isLauncher(_ contents: [UInt8]) -> Bool {
        contents.starts(with: Array("#!/bin/sh\n\(mark) for go".utf8))
    }
}
