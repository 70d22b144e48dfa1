internal import ToolchainCore

/// What a GOTOOLCHAIN makes of `go`, as `cmd/go/internal/toolchain` reads it.
struct GoToolchainChoice: Hashable, Sendable {
    /// The toolchain that it names: `go1.27.3`; nil for `auto`, `path` and `local`.
    let name: String?
    /// Whether Go goes on to a newer version that go.mod requires.
    let switches: Bool
    /// Whether it may download one.
    let downloads: Bool
    /// Why every `go` command fails, in Go's own words.
    let refusal: String?

    /// Reads a value.
    init(_ value: String) {
        let parts = value.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
        let first = String(parts.first ?? "")
        let suffix = parts.count == 2 ? String(parts[1]) : nil
        var refusal: String?
        var name: String?
        if value != "auto", value != "path", first != "local" {
            let version = Self.version(ofToolchain: first)
            name = first
            if version == nil {
                refusal =
                    "invalid GOTOOLCHAIN \"\(value)\""
                    + (suffix == nil ? "" : ": invalid minimum toolchain \"\(first)\"")
            } else if version?.isLanguageVersion == true {
                refusal =
                    "invalid toolchain: \(first) is a language version but not a toolchain version"
                    + " (\(first).x)"
            }
        }
        if refusal == nil, let suffix, suffix != "auto", suffix != "path" {
            refusal = "invalid GOTOOLCHAIN \"\(value)\": only version suffixes are +auto and +path"
        }
        self.refusal = refusal
        self.name = refusal == nil ? name : nil
        switches = value == "auto" || value == "path" || suffix == "auto" || suffix == "path"
        downloads = value == "auto" || suffix == "auto" || suffix == nil && name != nil
    }

    /// The version in `go1.27.3`, `go1.27.3-custom` and `gccgo-go1.27.3`.
    static func version(ofToolchain name: String) -> GoVersion? {
        if name.hasPrefix("go1") { return GoVersion(name) }
        guard let start = name.range(ofFirst: "-go1")?.lowerBound else { return nil }
        return GoVersion(name[start...].dropFirst())
    }
}
