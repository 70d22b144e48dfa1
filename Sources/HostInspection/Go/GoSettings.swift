internal import ToolchainCore
package import ToolchainHost

/// A variable of Go's with the place that it comes from.
package struct GoSetting: Hashable, Sendable {
    /// Its name: `GOTOOLCHAIN`.
    package let name: String
    /// Its value, as it can be printed.
    package let value: String
    /// `environment`, or the file.
    package let source: String
    /// Which of the three it is, as each needs its own command to change it.
    package let place: Place
    /// Its value as Go's command reads it.
    let exactValue: String

    /// Where Go's command takes a variable from.
    package enum Place: Hashable, Sendable {
        /// The process's environment.
        case environment
        /// The file that `go env -w` writes.
        case userFile
        /// `go.env` in GOROOT.
        case treeFile
    }
}

/// Go's variables as its command would see them: the environment, then the file that `go env -w`
/// writes, then go.env in GOROOT (docs/facts/go-toolchains.md#sources-of-gotoolchain).
package struct GoSettings: Hashable, Sendable {
    /// The file that `go env -w` writes; nil where GOENV is `off` or no home is known.
    package let file: String?
    /// Whether that file is there and cannot be read or understood.
    package let isFileUnreadable: Bool
    /// All that are set, by name.
    private let settings: [String: GoSetting]

    /// The names that are looked for.
    static let names = [
        "GO111MODULE", "GOARCH", "GOBIN", "GOCACHE", "GOCACHEPROG", "GODEBUG", "GOENV",
        "GOEXPERIMENT", "GOFIPS140", "GOFLAGS", "GOMODCACHE", "GONOPROXY", "GONOSUMDB", "GOOS",
        "GOPATH", "GOPRIVATE", "GOPROXY", "GOROOT", "GOSUMDB", "GOTMPDIR", "GOTOOLCHAIN", "GOWORK",
    ]

    /// The setting by this name.
    package subscript(name: String) -> GoSetting? { settings[name] }

    /// All settings, by name.
    package var all: [GoSetting] { settings.values.sorted { $0.name < $1.name } }

    /// Reads them.
    ///
    /// - Parameters:
    ///   - environment: The variables.
    ///   - goRoot: The tree of the Go that would be run; nil where there is none.
    ///   - files: The files of the host.
    /// - Returns: The settings.
    package static func gathered(
        environment: HostEnvironment,
        goRoot: String?,
        in files: RootedFiles
    ) -> GoSettings {
        var settings: [String: GoSetting] = [:]
        // An empty variable of the environment is passed over, but an empty line of the user's file
        // hides what go.env says.
        var hidden: Set<String> = []
        func add(_ lines: [String: String], from source: String, _ place: GoSetting.Place) {
            for name in names where settings[name] == nil && !hidden.contains(name) {
                guard let value = lines[name] else { continue }
                guard !value.isEmpty else {
                    hidden.insert(name)
                    continue
                }
                settings[name] = GoSetting(
                    name: name,
                    value: String(value.withVisibleControls.prefix(1000)),
                    source: source,
                    place: place,
                    exactValue: value
                )
            }
        }
        var variables: [String: String] = [:]
        for name in names { variables[name] = environment[name] }
        add(variables, from: "environment", .environment)
        // os.UserConfigDir takes no relative path.
        let configuration =
            environment["XDG_CONFIG_HOME"].map { $0.hasPrefix("/") ? $0 : nil }
            ?? environment.home.map { "\($0)/.config" }
        let file =
            switch environment["GOENV"] {
            case "off": String?.none
            case let named?:
                named.hasPrefix("/")
                    ? named : environment.currentDirectory.map { "\($0)/\(named)" }
            case nil: configuration.map { "\($0)/go/env" }
            }
        var isUnreadable = false
        if let file, files.exists(file) {
            if let lines = files.bytes(file).flatMap(Self.parsed) {
                // Go takes these two from the environment alone.
                add(lines.filter { !["GOENV", "GODEBUG"].contains($0.key) }, from: file, .userFile)
            } else {
                isUnreadable = true
            }
        }
        if let goRoot, let lines = files.bytes("\(goRoot)/go.env").flatMap(Self.parsed) {
            add(
                lines.filter { !["GOENV", "GODEBUG", "GOROOT"].contains($0.key) },
                from: "\(goRoot)/go.env",
                .treeFile
            )
        }
        return GoSettings(file: file, isFileUnreadable: isUnreadable, settings: settings)
    }

    /// `NAME=value` lines; nil for what is not text.
    static func parsed(_ bytes: [UInt8]) -> [String: String]? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var lines: [String: String] = [:]
        for line in text.split(byte: "\n").prefix(10_000) {
            let line = line.split(byte: "\r").first ?? ""
            guard !line.hasPrefix("#"), let sign = line.utf8.firstIndex(of: UInt8(ascii: "="))
            else { continue }
            lines[String(line[..<sign])] = String(line[line.utf8.index(after: sign)...])
        }
        return lines
    }

    /// The text of the file that `go env -w` writes, with one variable set in it.
    ///
    /// - Parameters:
    ///   - name: The variable.
    ///   - value: Its value, without a line feed.
    ///   - contents: The file as it is; empty where there is none.
    /// - Returns: The new contents; nil where the variable is set already, or the file is not text.
    package static func contents(
        setting name: String,
        to value: String,
        in contents: [UInt8]
    ) -> [UInt8]? {
        guard let lines = parsed(contents), lines[name] == nil, !value.contains(byte: "\n") else {
            return nil
        }
        let isComplete = contents.isEmpty || contents.last == UInt8(ascii: "\n")
        return contents + Array("\(isComplete ? "" : "\n")\(name)=\(value)\n".utf8)
    }
}
