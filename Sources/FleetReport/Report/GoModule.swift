/// The Go module that a tool is in.
struct GoModule {
    let path: String
    /// Where in the module, if not at its top.
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
