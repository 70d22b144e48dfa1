/// The small shell script by which one Go version is run by its name: `go1.21.13 build ./...`.
public struct Launcher: Hashable, Sendable {
    /// The version that it runs.
    public let version: GoVersion
    /// The absolute path of that version's tree.
    public let goRoot: String

    /// A launcher for `version` in `goRoot`.
    public init(version: GoVersion, goRoot: String) {
        self.version = version
        self.goRoot = goRoot
    }

    /// The name of its file in GOBIN.
    public var name: String { version.toolchainName }

    /// The script.
    ///
    /// It sets GOROOT and PATH because an exported GOROOT of another version makes every build fail
    /// (facts/edge-cases.md 10), and `exec`s so that signals and the exit status are Go's own.
    public var script: String {
        """
        #!/bin/sh
        \(Self.mark) for \(name)
        # It needs only sh, works without gotoolprov, and may be deleted at any time.
        \(assignment)
        PATH="$GOROOT/bin${PATH:+:$PATH}"
        export GOROOT PATH
        exec "$GOROOT/bin/go" "$@"

        """
    }

    private var assignment: String { "GOROOT=\(ShellQuoting.quoted(goRoot))" }

    /// Whether `contents` are a launcher of gotoolprov, of whichever version of it, for this tree.
    public func isForSameTree(as contents: [UInt8]) -> Bool {
        Self.isLauncher(contents)
            && contents.split(separator: UInt8(ascii: "\n")).contains(Array(assignment.utf8)[...])
    }

    /// The beginning of every launcher's second line.
    static let mark = "# A launcher of gotoolprov"

    /// Whether a file with these contents was written by gotoolprov.
    public static func isLauncher(_ contents: [UInt8]) -> Bool {
        contents.starts(with: Array("#!/bin/sh\n\(mark) for go".utf8))
    }
}

/// Words for a POSIX shell.
public enum ShellQuoting {
    /// `text` as one word that the shell takes literally.
    public static func quoted(_ text: String) -> String {
        "'"
            + text.split(byte: "'", omittingEmpty: false).joined(
                separator: #"'\''"#
            )
            + "'"
    }
}
