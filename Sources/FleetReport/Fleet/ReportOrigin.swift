/// Where a report was found, which may identify its host.
package enum ReportOrigin: Sendable {
    /// In a stream or file of several documents.
    case stream
    /// In a file with this name, without the extension.
    case file(String)
    /// In a collector's directory, under this inventory name. The file name identifies the host,
    /// not the report's contents.
    case inventory(String)

    /// Returns the host's name, its own name if different, and the file's name if it matches
    /// neither.
    func names(
        of host: HostReport.Host
    ) -> (name: String, hostname: String?, fileName: String?) {
        switch self {
        case .stream: (host.name, nil, nil)
        case .inventory(let name): (name, name == host.name ? nil : host.name, nil)
        case .file(let name):
            (host.name, nil, Self.isSameHost(name, host.name) ? nil : name)
        }
    }

    /// Whether two names denote the same host, with or without its domain.
    private static func isSameHost(_ name: String, _ other: String) -> Bool {
        name == other || name.hasPrefix("\(other).") || other.hasPrefix("\(name).")
    }
}
