import TestSupport
import Testing

@testable import ToolchainCore

@Suite(.unitLimit)
struct Base64Tests {
    /// The vectors of RFC 4648, section 10, and the last two digits of the alphabet.
    static let vectors: [(bytes: [UInt8], text: String)] = [
        ([], ""), (Array("f".utf8), "Zg=="), (Array("fo".utf8), "Zm8="),
        (Array("foo".utf8), "Zm9v"), (Array("foob".utf8), "Zm9vYg=="),
        (Array("fooba".utf8), "Zm9vYmE="), (Array("foobar".utf8), "Zm9vYmFy"),
        ([0xFB, 0xFF], "+/8="),
    ]

    @Test(arguments: vectors)
    func `bytes are encoded and decoded`(bytes: [UInt8], text: String) {
        #expect(Base64.encoded(bytes) == text)
        #expect(Base64.decoded(text.utf8) == bytes)
    }

    @Test(arguments: [
        "=", "==", "====", "Z", "Z===", "Zg", "Zg=", "Zh==", "Zm9=", "Zm9v====", "Zg==Zg==",
        " Zg==",
        "Zg==\n", "-_8=", "Zm9v Zm9v", "Z\u{E9}=",
    ])
    func `text that is not canonical is rejected`(text: String) {
        #expect(Base64.decoded(text.utf8) == nil)
    }

    @Test func `a module hash survives a round trip`() throws {
        let text = "h1:rRL9rPpsjKfpdDFcppvNgw1/dynUMrpDcTxdIwtyFR0="
        let hash = try #require(ModuleHash(parsing: text))
        #expect(hash.description == text)
    }

    @Test(arguments: [
        "", "h1:", "h1:rRL9rPpsjKfpdDFcppvNgw1/dynUMrpDcTxdIwtyFR0",
        "h2:rRL9rPpsjKfpdDFcppvNgw1/dynUMrpDcTxdIwtyFR0=",
        "rRL9rPpsjKfpdDFcppvNgw1/dynUMrpDcTxdIwtyFR0=",
        "h1:rRL9rPpsjKfpdDFcppvNgw1/dynUMrpDcTxdIwtyFR1=", "h1:Zm9v",
    ])
    func `an invalid module hash is rejected`(text: String) {
        #expect(ModuleHash(parsing: text) == nil)
    }
}
