internal import ToolchainCore

/// Where the sources of a package are, as the program has it.
struct PackageDirectory: Hashable, Sendable {
    let path: String
    /// How the package's path goes on after the module's: `/sub`.
    let ending: String
}

/// Where the sources of a program are, as the line tables of its units have it.
struct ProgramSources: Hashable, Sendable {
    /// The directory of the main package's first source file, or of the tested package's; with `-trimpath` it
    /// is no absolute path.
    let directory: String?
    /// Of that package the files without a directory: `main.go` for `./main.go`.
    let bareFiles: [String]
    /// That of another package of the module, where the first directory is no absolute path; nil where
    /// there is none.
    let other: PackageDirectory?
    /// Whether `go test` made the main package.
    let isTest: Bool
    /// Whether a table names more than is read, so that what it says is not known.
    let isIncomplete: Bool

    /// How many tables of other packages are tried.
    private static let tableLimit = 64

    /// Reads the tables that matter.
    ///
    /// - Parameters:
    ///   - units: The units of Go.
    ///   - reader: What reads their tables.
    ///   - build: What the program says about its build.
    init(_ units: [DebugUnit], _ reader: UnitReader, _ build: GoBuildInfo?) {
        var places: [String: Int] = [:]
        for (place, unit) in units.enumerated() {
            if let name = unit.name, places[name] == nil { places[name] = place }
        }
        func lines(of package: String) -> LineTable? {
            places[package].flatMap { units[$0].lineTable }
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
                units.indices.filter { place in
                    units[place].name.map { places[$0] == place } ?? false
                }.compactMap { units[$0].name }
            )
            var left = Self.tableLimit
            search: for (module, names) in zip(modules, inside) {
                for name in names {
                    guard left > 0 else { break search }
                    left -= 1
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

    /// The first packages in each of some modules, but for the modules' own.
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
