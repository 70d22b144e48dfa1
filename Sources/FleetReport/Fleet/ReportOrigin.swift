/// Where a report was found, which may say whose it is.
package enum ReportOrigin: Sendable {
    /// Among others in one file.
    case stream
    /// In a file of this name, without its ending.
    case file(String)
    /// Where a collector puts the reports of the hosts that it asked, under this name of its
    /// inventory: the file says whose report it is, not the report.
    case inventory(String)

    /// The host's name, what it calls itself where that is another, and the file's name where it
    /// is neither.
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

    /// Whether both are one host's name, with or without its domain.
    private static func isSameHost(_ name: String, _ other: String) -> Bool {
        name == other || name.hasPrefix("\(other).") || other.hasPrefix("\(name).")
    }
}
