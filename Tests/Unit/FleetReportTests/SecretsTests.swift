import FleetFixtures
import TestSupport
import Testing
import ToolchainCore

/// Reports are stored and shown without passwords.
@Suite(.unitLimit)
struct SecretsTests {
    @Test func `texts in a list are masked like single ones`() throws {
        let document = #"{"one":"https://u:s3c;s3c@h/x","many":["https://u:12/s3c@h/x","y"]}"#
        let reader = try ObjectReader(parsing: Array(document.utf8))
        #expect(try reader.string("one") == "https://***@h/x")
        #expect(try reader.strings("many", limit: 2) == ["https://***@h/x", "y"])
    }
}
