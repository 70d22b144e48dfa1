internal import ToolchainCore

/// Which host, of which user: reports with the same key replace one another.
///
/// Clones share the identifier and perhaps the name, but not what they are; and a report in a file
/// that is named after its host is not replaced by one that is not.
struct HostKey: Hashable, Sendable {
    let id: HostIdentifier
    let name: String
    let user: String?
    let machine: [String]
    let isNamesake: Bool

    init(_ row: HostRow) {
        func kind(_ text: String) -> String { text.split(byte: " ").first ?? "" }
        id = row.id
        name = row.name
        user = row.user
        machine = [
            row.architecture, kind(row.os), kind(row.libc), row.distribution ?? "",
        ]
        isNamesake = row.fileName == nil
    }
}
