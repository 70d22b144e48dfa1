/// Finds by a package's path the modules that it is in, in time that does not depend on how many
/// modules there are: a program may name very many of both.
struct ModuleIndex {
    private struct Node {
        var children: [String: Int] = [:]
        /// The first module with this path, by its place in the list.
        var module: Int?
    }

    /// A path with more parts is no module's, and of a package's path no more are looked at.
    private static let partLimit = 64

    private var nodes = [Node()]

    /// An index of modules.
    ///
    /// - Parameter paths: Their paths; what is found is a place in this list.
    init(_ paths: [String]) {
        for (place, path) in paths.enumerated() {
            let parts = Self.parts(of: path)
            guard parts.count <= Self.partLimit else { continue }
            var node = 0
            for part in parts {
                if let child = nodes[node].children[part] {
                    node = child
                } else {
                    nodes.append(Node())
                    nodes[node].children[part] = nodes.count - 1
                    node = nodes.count - 1
                }
            }
            nodes[node].module = nodes[node].module ?? place
        }
    }

    /// The modules whose path a package's is or lies in, the outermost first.
    func modules(around package: String) -> [Int] {
        var found: [Int] = []
        var node = 0
        for part in Self.parts(of: package).prefix(Self.partLimit) {
            guard let child = nodes[node].children[part] else { break }
            node = child
            if let module = nodes[node].module { found.append(module) }
        }
        return found
    }

    /// The module of exactly this path.
    func module(at path: String) -> Int? {
        let parts = Self.parts(of: path)
        var node = 0
        for part in parts {
            guard let child = nodes[node].children[part] else { return nil }
            node = child
        }
        return nodes[node].module
    }

    /// The parts between slashes; what is behind the limit is one more.
    private static func parts(of path: String) -> [String] {
        path.utf8.split(
            separator: UInt8(ascii: "/"),
            maxSplits: partLimit,
            omittingEmptySubsequences: false
        ).map { String(decoding: $0, as: UTF8.self) }
    }
}
