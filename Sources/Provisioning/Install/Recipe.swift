internal import ToolchainCore

/// How a complete tree is made.
enum Recipe {
    /// The tree of a Go is what an archive holds.
    case unpacking([ArchiveSource])
    /// A program is taken from an archive.
    case program(ToolBuild, [ArchiveSource])
    /// A program is built from its source.
    case compiling(ToolCompilation)

    /// The name of the tree that comes of it, and of its lock; nil without a source.
    var name: String? {
        switch self {
        case .unpacking(let sources): sources.first?.pin.contents.name
        case .program(let build, _): build.name
        case .compiling(let compilation): compilation.build.name
        }
    }

    var sources: [ArchiveSource] {
        switch self {
        case .unpacking(let sources), .program(_, let sources): sources
        case .compiling(let compilation): compilation.sources
        }
    }
}
