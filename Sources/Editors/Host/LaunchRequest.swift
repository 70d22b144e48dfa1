/// What a launch.json for this host is to be about: what `vscode launch` is asked for.
package struct LaunchRequest {
    /// The Delve on this host: an absolute path.
    package var delvePath: String
    /// Its version, where that was said by hand.
    package var delveVersion: String?
    /// A program on this host to debug: an absolute path.
    package var program: String?
    /// The port on 127.0.0.1, here and there.
    package var port: UInt16
    /// How ssh calls this host.
    package var host: String
    /// Where the editor has the sources.
    package var editorDirectory: String?
    /// Where the program was built, or its module; nil where it says so itself.
    package var buildDirectory: String?
    /// Whether the program was built with -trimpath, as far as that was said.
    package var isTrimmed: Bool

    /// A request from its parts.
    package init(
        delvePath: String,
        delveVersion: String?,
        program: String?,
        port: UInt16,
        host: String,
        editorDirectory: String?,
        buildDirectory: String?,
        isTrimmed: Bool
    ) {
        self.delvePath = delvePath
        self.delveVersion = delveVersion
        self.program = program
        self.port = port
        self.host = host
        self.editorDirectory = editorDirectory
        self.buildDirectory = buildDirectory
        self.isTrimmed = isTrimmed
    }
}
