internal import ToolchainCore

/// Where the sources of a package are, as the program has it.
struct PackageFolder: Hashable, Sendable {
    let path: String
    /// How the package's path goes on after the module's: `/sub`.
    let ending: String
}

/// Where the sources of a program are, as the line tables of its units have it.
struct ProgramSources: Hashable, Sendable {
    /// The folder of the main package's first source file, or of the tested package's; with `-trimpath` it
    /// is no absolute path.
    let folder: String?
    /// Of that package the files without a folder: `main.go` for `./main.go`.
    let bareFiles: [String]
    /// That of another package of the module, where the first folder is no absolute path; nil where
    /// there is none.
    let other: PackageFolder?
    /// Whether `go test` made the main package.
    let isTest: Bool

    /// Reads the tables that matter.
    ///
    /// - Parameters:
    ///   - units: The units of Go.
    ///   - reader: What reads their tables.
    ///   - build: What the program says about its build.
    init(_ units: [DebugUnit], _ reader: UnitReader, _ build: GoBuildInfo?) {
        func lines(of package: String) -> LineTable? {
            units.first { $0.name == package }?.lineTable.flatMap { LineTable(at: $0, reader) }
        }
        var main = lines(of: "main")
        isTest = main?.isOfTest ?? false
        if isTest, let tested = build?.testedPackage {
            main = lines(of: tested) ?? lines(of: "\(tested)_test")
        }
        let folder = main?.folder(ending: build?.pathBelowModule ?? "")
        self.folder = folder
        bareFiles = main?.bareSources ?? []
        var other: PackageFolder?
        if let folder, !folder.hasPrefix("/") {
            for module in build?.localModules ?? [] where other == nil {
                for name in units.compactMap(\.name) where name.isInside(module) && name != module {
                    let ending = String(name.dropFirst(module.count))
                    other = lines(of: name)?.folder(ending: ending)
                        .map { PackageFolder(path: $0, ending: ending) }
                    if other != nil { break }
                }
            }
        }
        self.other = other
    }
}
