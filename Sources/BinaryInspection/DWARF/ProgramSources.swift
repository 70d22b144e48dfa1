internal import ToolchainCore

/// The recorded directory of a package's sources.
struct PackageDirectory: Hashable, Sendable {
    let path: String
    /// The part of the package's path after that of the module: `/sub`.
    let ending: String
}

/// The locations of a program's sources, as recorded in the line tables of its units.
struct ProgramSources: Hashable, Sendable {
    /// The directory of the main package, or of the tested package; it is relative with `-trimpath`.
    let directory: String?
    /// The files of that package without a directory: `main.go` for `./main.go`.
    let bareFiles: [String]
    /// The directory of another package of the module, if ``directory`` is relative; nil if there is none.
    let other: PackageDirectory?
    /// Whether `go test` generated the main package.
    let isTest: Bool
    /// Whether a table was not read completely because it exceeds a limit.
    let isIncomplete: Bool

    /// The maximum number of tables of other packages that are read.
    private static let tableLimit = 64

    /// Reads the line tables of the main package and, if necessary, of another package.
    ///
    /// - Parameters:
    ///   - units: The Go units.
    ///   - reader: The reader for their line tables.
    ///   - build: The build information of the program.
    init(_ units: [DebugUnit], _ reader: UnitReader, _ build: GoBuildInfo?) {
        var indices: [String: Int] = [:]
        for (index, unit) in units.enumerated() {
            if let name = unit.name, indices[name] == nil { indices[name] = index }
        }
        func lines(of package: String) -> LineTable? {
            indices[package].flatMap { units[$0].lineTable }
                .flatMap { LineTable(at: $0, reader) }
        }
        var main = lines(of: "main")
        isTest = main?.isOfTest ?? false
        if isTest, let tested = build?.testedPackage {
            main = lines(of: tested) ?? lines(of: "\(tested)_test")
        }
        let directory = main?.directory(ending: build?.pathBelowModule ?? "")
        self.directory = directory
        bareFiles = main?.bareSources ?? []
        var other: PackageDirectory?
        if let directory, !directory.hasPrefix("/") {
            let modules = build?.localModules ?? []
            let inside = Self.packages(
                inside: modules,
                units.indices.filter { index in
                    units[index].name.map { indices[$0] == index } ?? false
                }.compactMap { units[$0].name }
            )
            var remaining = Self.tableLimit
            search: for (module, names) in zip(modules, inside) {
                for name in names {
                    guard remaining > 0 else { break search }
                    remaining -= 1
                    let ending = String(
                        decoding: name.utf8.dropFirst(module.utf8.count),
                        as: UTF8.self
                    )
                    other = lines(of: name)?.directory(ending: ending)
                        .map { PackageDirectory(path: $0, ending: ending) }
                    if other != nil { break search }
                }
            }
        }
        self.other = other
        isIncomplete = reader.isExhausted
    }

    /// Returns the first packages inside each module, excluding those at the root of the module.
    private static func packages(inside modules: [String], _ names: [String]) -> [[String]] {
        let index = ModuleIndex(modules)
        var packages = [[String]](repeating: [], count: modules.count)
        for name in names {
            for module in index.modules(around: name)
            where name != modules[module] && packages[module].count < tableLimit {
                packages[module].append(name)
            }
        }
        return packages
    }
}
