package import ToolchainCore

/// Why a document is no report, or none that this program reads.
package typealias ReportError = DocumentError

extension UTCTime: JSONText {
    package static let form = JSONTextForm(
        "a time as 2026-11-22T22:00:00Z",
        pattern: #"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$"#
    )
}

extension CalendarDay: JSONText {
    package static let form = JSONTextForm(
        "a day as 2026-11-22",
        pattern: #"^\d{4}-\d{2}-\d{2}$"#
    )
}

extension HostIdentifier: JSONText {
    package static let form = JSONTextForm(
        "32 lower-case hexadecimal digits",
        pattern: "^[0-9a-f]{32}$"
    )
}

extension ObjectReader {
    func time(_ key: String) throws(ReportError) -> UTCTime? { try value(key) }

    func requiredTime(_ key: String) throws(ReportError) -> UTCTime {
        guard let time = try time(key) else { throw error("is missing", at: key) }
        return time
    }
}
