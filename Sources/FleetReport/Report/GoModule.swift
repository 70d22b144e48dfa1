/// The Go module that contains a tool.
struct GoModule {
    let path: String
    /// The directory of the tool's package in the module, or `nil` for the root.
    let directory: String?

    init?(tool: String) {
        switch tool {
        case "dlv": (path, directory) = ("github.com/go-delve/delve", "cmd/dlv")
        case "gopls": (path, directory) = ("golang.org/x/tools/gopls", nil)
        case "staticcheck": (path, directory) = ("honnef.co/go/tools", "cmd/staticcheck")
        default: return nil
        }
    }

    var importPath: String { directory.map { "\(path)/\($0)" } ?? path }
}
