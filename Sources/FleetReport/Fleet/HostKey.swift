internal import ToolchainCore

/// The identity of a host and user.
///
/// A report replaces earlier reports with the same key.
///
/// Cloned machines share the identifier and possibly the name, but differ in their machine facts. A
/// report in a file named after its host is not replaced by a report from a differently named file.
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
