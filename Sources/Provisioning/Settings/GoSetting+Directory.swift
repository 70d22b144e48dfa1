internal import HostInspection
internal import SystemPackage
internal import ToolchainCore

extension GoSetting {
    /// Returns the directory that GOBIN or the first entry of GOPATH names, or `nil` if the value is
    /// empty.
    ///
    /// - Throws: ``Failure`` if an entry is not an absolute path, which the `go` command rejects, too.
    func directory() throws(Failure) -> String? {
        let isList = name == "GOPATH"
        let entries = isList ? value.split(byte: ":") : [value]
        guard let first = entries.first else { return nil }
        let reason: String? =
            if isList, let entry = entries.first(where: { $0.hasPrefix("~") }) {
                "GOPATH entry cannot start with shell metacharacter '~': \(entry)"
            } else if isList, let entry = entries.first(where: { !$0.hasPrefix("/") }) {
                "GOPATH entry is relative; must be absolute path: \(entry)"
            } else if !first.hasPrefix("/") {
                "GOBIN must be an absolute path"
            } else if first.contains(byte: ":") {
                "GOBIN is a single directory, and a directory with a colon cannot be on PATH"
            } else {
                nil
            }
        if let reason {
            throw Failure(
                .configuration,
                first.hasPrefix("/") && !isList
                    ? "\(name) is not a single directory"
                    : "\(name) is not an absolute path, and Go also rejects it",
                facts: [.init("found", value), .init("in", source), .init("because", reason)],
                hint: source == "environment"
                    ? "set \(name) to an absolute path, without `~` or quoted variables"
                    : "run `go env -u \(name)`, or `go env -w \(name)=/absolute/path`"
            )
        }
        return FilePath(first).lexicallyNormalized().string
    }
}
