internal import ToolchainCore

/// How to create a complete tree.
enum Recipe {
    /// Unpack the archive of a Go.
    case unpacking([ArchiveSource])
    /// Take a program from an archive.
    case program(ToolBuild, [ArchiveSource])
    /// Build a program from source.
    case compiling(ToolCompilation)

    /// The name of the resulting tree and of its lock, or `nil` if there is no source.
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
