import TestSupport
import Testing

@testable import ToolchainNetwork

/// The `Retry-After` header.
@Suite(.unitLimit)
struct RetryAfterTests {
    @Test(arguments: [
        ("0", 0), ("1", 1), ("120", 120), ("121", 120), ("86400", 120),
        ("99999999999999999999999", 120),
        ("", nil), ("-1", nil), ("1.5", nil), ("Wed, 21 Oct 2026 07:28:00 GMT", nil),
    ])
    func `a pause is in seconds, and bounded`(value: String, seconds: Int?) {
        #expect(WebResponse.requestedPause(value) == seconds)
    }
}
