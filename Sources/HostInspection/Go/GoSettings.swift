internal import ToolchainCore
package import ToolchainHost

/// A Go variable with its origin.
package struct GoSetting: Hashable, Sendable {
    /// The name, such as `GOTOOLCHAIN`.
    package let name: String
    /// The value, with control characters made visible and at most 1000 characters long.
    package let value: String
    /// The origin: `environment`, or the path of a file.
    package let source: String
    /// The kind of origin, which determines how to change the value.
    package let place: Place
    /// The value as the `go` command reads it.
    let exactValue: String

    /// An origin of Go variables.
    package enum Place: Hashable, Sendable {
        /// The environment of the process.
        case environment
        /// The file that `go env -w` writes.
        case userFile
        /// `go.env` in GOROOT.
        case treeFile
    }
}

/// The Go variables as the `go` command reads them: from the environment, then the file that `go env
/// -w` writes, then go.env in GOROOT (docs/facts/go-toolchains.md#sources-of-gotoolchain).
package struct GoSettings: Hashable, Sendable {
    /// The path of the file that `go env -w` writes, or `nil` if GOENV is `off` or HOME is unknown.
    package let file: String?
    /// Whether that file exists but cannot be read or parsed.
    package let isFileUnreadable: Bool
    /// The settings by name.
    private let settings: [String: GoSetting]

    /// The names of the variables to read.
    static let names = [
        "GO111MODULE", "GOARCH", "GOBIN", "GOCACHE", "GOCACHEPROG", "GODEBUG", "GOENV",
        "GOEXPERIMENT", "GOFIPS140", "GOFLAGS", "GOMODCACHE", "GONOPROXY", "GONOSUMDB", "GOOS",
        "GOPATH", "GOPRIVATE", "GOPROXY", "GOROOT", "GOSUMDB", "GOTMPDIR", "GOTOOLCHAIN", "GOWORK",
    ]

    /// Returns the setting with this name, or `nil` if it is not set.
    package subscript(name: String) -> GoSetting? { settings[name] }

    /// All settings, sorted by name.
    package var all: [GoSetting] { settings.values.sorted { $0.name < $1.name } }

    /// Reads the settings of a host.
    ///
    /// - Parameters:
    ///   - environment: The variables.
    ///   - goRoot: The tree of the Go that runs, or `nil` if there is none.
    ///   - files: The files of the host.
    /// - Returns: The settings.
    package static func gathered(
        environment: HostEnvironment,
        goRoot: String?,
        in files: RootedFiles
    ) -> GoSettings {
        var settings: [String: GoSetting] = [:]
        // An empty environment variable is ignored, but an empty line in the user's file hides the one
        // in go.env.
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
        // os.UserConfigDir rejects a relative path.
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
                // Go reads these two from the environment only.
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

    /// Parses `NAME=value` lines; returns `nil` if the bytes are not UTF-8.
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

    /// Returns the contents of the file that `go env -w` writes, with one variable added.
    ///
    /// - Parameters:
    ///   - name: The variable.
    ///   - value: Its value, without a line feed.
    ///   - contents: The current contents, empty if the file does not exist.
    /// - Returns: The new contents, or `nil` if the variable is already set or the file is not UTF-8.
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
