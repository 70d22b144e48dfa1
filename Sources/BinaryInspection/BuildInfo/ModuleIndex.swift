/// An index that finds the modules containing a package, in time independent of the number of modules.
struct ModuleIndex {
    private struct Node {
        var children: [String: Int] = [:]
        /// The index of the first module with this path.
        var module: Int?
    }

    /// The maximum number of path components; longer module paths are ignored, package paths truncated.
    private static let partLimit = 64

    private var nodes = [Node()]

    /// Creates an index.
    ///
    /// - Parameter paths: The paths of the modules; results are indices in this list.
    init(_ paths: [String]) {
        for (index, path) in paths.enumerated() {
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
            nodes[node].module = nodes[node].module ?? index
        }
    }

    /// Returns the modules that contain a package, the outermost first.
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

    /// Returns the module with this path; nil if there is none.
    func module(at path: String) -> Int? {
        let parts = Self.parts(of: path)
        var node = 0
        for part in parts {
            guard let child = nodes[node].children[part] else { return nil }
            node = child
        }
        return nodes[node].module
    }

    /// Splits a path into components; those beyond the limit are joined into one.
    private static func parts(of path: String) -> [String] {
        path.utf8.split(
            separator: UInt8(ascii: "/"),
            maxSplits: partLimit,
            omittingEmptySubsequences: false
        ).map { String(decoding: $0, as: UTF8.self) }
    }
}
