internal import ToolchainCore

/// How a complete tree is made.
enum Recipe {
    /// The tree of a Go is what an archive holds.
    case unpacking([ArchiveSource])
    /// A program is taken from an archive.
    case program(ToolBuild, [ArchiveSource])
    /// A program is built from its source.
    case compiling(ToolCompilation)

    var sources: [ArchiveSource] {
        switch self {
        case .unpacking(let sources), .program(_, let sources): sources
        case .compiling(let compilation): compilation.sources
        }
    }
}
