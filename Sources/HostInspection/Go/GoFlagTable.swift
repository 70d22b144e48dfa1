internal import ToolchainCore

/// The flags that `go` commands accept in GOFLAGS; with any other, Go refuses to start.
///
/// The table is taken from the flag sets of Go 1.21.13, 1.24.11 and 1.27.3, and was checked against
/// those commands.
enum GoFlagTable {
    /// The values that a flag accepts.
    enum Value: Hashable, Sendable {
        /// No value, true or false.
        case boolean
        /// No value, true, false or this word.
        case booleanOr(String)
        /// No value or any value.
        case optional
        /// Any value, which is required.
        case text
        /// One of these values.
        case oneOf([String])
        /// An integer that is at least this number.
        case integer(least: Int)
        /// A duration such as `10m`.
        case duration
        /// Flags of another program, optionally preceded by a package pattern.
        case flags
        /// Go refuses the flag in GOFLAGS, with this reason.
        case refused(String)
    }

    /// The newest release line whose flags are in the table.
    static let newestLine = ReleaseLine(minor: 27)

    /// Returns the values that a flag accepts, or `nil` if no `go` command has the flag.
    static func value(of name: String) -> Value? {
        values[name]
    }

    /// Returns the first release line with a flag that was added after Go 1.14, or `nil` for older
    /// flags.
    static func firstLine(of name: String) -> ReleaseLine? {
        firstMinors[name].map { ReleaseLine(minor: $0) }
    }

    private static let values: [String: Value] = {
        var values: [String: Value] = [:]
        for name in [
            "a", "artifacts", "asan", "benchmem", "cache", "changed", "compiled", "cover", "d",
            "deps", "diff", "e", "export", "failfast", "find", "fmt", "fullpath", "fuzzcache", "i",
            "insecure", "linkshared", "m", "modcache", "modcacherw", "msan", "n", "print", "r",
            "race", "retracted", "short", "t", "test", "testcache", "trimpath", "u", "vendor",
            "versions", "w", "work", "x",
        ] { values[name] = .boolean }
        for name in [
            "bench", "benchtime", "blockprofile", "compat", "coverpkg", "coverprofile", "cpu",
            "cpuprofile", "dropexclude", "dropgodebug", "dropignore", "dropreplace", "droprequire",
            "dropretract", "droptool", "dropuse", "exclude", "exec", "f", "fix", "fuzz",
            "fuzzminimizetime", "fuzztime", "go", "godebug", "ignore", "installsuffix", "list",
            "memprofile", "modfile", "module", "mutexprofile", "o", "outputdir", "overlay", "pgo",
            "pkgdir", "replace", "require", "retract", "reuse", "run", "shuffle", "skip", "tags",
            "tool", "toolchain", "toolexec", "trace", "use", "vettool",
        ] { values[name] = .text }
        for name in ["asmflags", "gccgoflags", "gcflags", "ldflags"] { values[name] = .flags }
        for name in [
            "blockprofilerate", "count", "memprofilerate", "mutexprofilefraction", "parallel",
        ] { values[name] = .integer(least: .min) }
        values["p"] = .integer(least: 1)
        values["timeout"] = .duration
        // The value depends on the command: `go test -c` takes none, `go vet -c=N` a number.
        for name in ["c", "json", "vet"] { values[name] = .optional }
        values["v"] = .booleanOr("test2json")
        values["buildvcs"] = .booleanOr("auto")
        values["mod"] = .oneOf(["mod", "readonly", "vendor"])
        values["compiler"] = .oneOf(["gc", "gccgo"])
        values["covermode"] = .oneOf(["atomic", "count", "set"])
        values["buildmode"] = .oneOf([
            "archive", "c-archive", "c-shared", "default", "exe", "pie", "plugin", "shared",
        ])
        values["C"] = .refused("-C flag must be first flag on command line")
        return values
    }()

    private static let firstMinors: [String: UInt] = [
        "C": 20, "artifacts": 26, "asan": 18, "buildvcs": 18, "changed": 23, "diff": 23,
        "dropgodebug": 23, "dropignore": 25, "droptool": 24, "fullpath": 21, "fuzz": 18,
        "fuzzcache": 18, "fuzzminimizetime": 18, "fuzztime": 18, "godebug": 23, "ignore": 25,
        "overlay": 16, "pgo": 20, "retract": 16, "reuse": 20, "shuffle": 17, "skip": 20,
        "tool": 24, "toolchain": 21,
    ]
}
