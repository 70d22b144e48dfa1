internal import ToolchainCore

/// A parsed value of GOTOOLCHAIN, as `cmd/go/internal/toolchain` interprets it.
struct GoToolchainChoice: Hashable, Sendable {
    /// The toolchain that it names, such as `go1.27.3`, or `nil` for `auto`, `path` and `local`.
    let name: String?
    /// Whether Go switches to a newer version that go.mod requires.
    let switches: Bool
    /// Whether Go may download a toolchain.
    let downloads: Bool
    /// The error with which every `go` command fails, or `nil`.
    let refusal: String?

    /// Parses a value.
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

    /// Returns the version in `go1.27.3`, `go1.27.3-custom` and `gccgo-go1.27.3`.
    static func version(ofToolchain name: String) -> GoVersion? {
        if name.hasPrefix("go1") { return GoVersion(name) }
        guard let start = name.range(ofFirst: "-go1")?.lowerBound else { return nil }
        return GoVersion(name[start...].dropFirst())
    }
}
