/// The options of `vscode launch`.
package struct LaunchRequest {
    /// The absolute path of Delve on this host.
    package var delvePath: String
    /// The version of Delve, if the user specified it.
    package var delveVersion: String?
    /// The absolute path of the program to debug on this host.
    package var program: String?
    /// The TCP port on 127.0.0.1, the same on both sides of the tunnel.
    package var port: UInt16
    /// The name of this host for ssh.
    package var host: String
    /// The directory of the sources on the editor's side.
    package var editorDirectory: String?
    /// The directory that the program was built in, or its module path; `nil` if the program
    /// records it.
    package var buildDirectory: String?
    /// Whether the program was built with `-trimpath`, as far as known.
    package var isTrimmed: Bool

    /// Creates a request from its parts.
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
