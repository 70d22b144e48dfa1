/// The Go module that a tool is in.
struct GoModule {
    let path: String
    /// Where in the module, if not at its top.
    let folder: String?

    init?(tool: String) {
        switch tool {
        case "dlv": (path, folder) = ("github.com/go-delve/delve", "cmd/dlv")
        case "gopls": (path, folder) = ("golang.org/x/tools/gopls", nil)
        case "staticcheck": (path, folder) = ("honnef.co/go/tools", "cmd/staticcheck")
        default: return nil
        }
    }

    var importPath: String { folder.map { "\(path)/\($0)" } ?? path }
}
