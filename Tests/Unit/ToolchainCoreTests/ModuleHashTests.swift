import TestSupport
import Testing

@testable import ToolchainCore

@Suite(.unitLimit)
struct ModuleHashTests {
    /// Computed with Python's base64.
    static let texts: [(hexadecimal: String, text: String)] = [
        (String(repeating: "00", count: 32), "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        (String(repeating: "ff", count: 32), "h1://////////////////////////////////////////8="),
        (
            "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
            "h1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
        ),
        (
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        ),
    ]

    @Test(arguments: texts)
    func `a hash is encoded in base64`(hexadecimal: String, text: String) throws {
        let digest = try #require(SHA256Digest(hexadecimal: hexadecimal))
        #expect(ModuleHash(digest).description == text)
        #expect(ModuleHash(parsing: text) == ModuleHash(digest))
        #expect(ModuleHash(bytes: digest.bytes) == ModuleHash(digest))
    }

    @Test(arguments: [
        "", "h1:", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "H1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "h2:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "h1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        "h1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8==",
        "h1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==",
        "h1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
        " h1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "h1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8A",
        "h1:AAECAwQFBgcICQoLDA0ODxAR-hMUFRYXGBkaGxwdHh8=",
        "h1:AAECAwQFBgcICQoLDA0ODxAR=hMUFRYXGBkaGxwdHh8=",
    ])
    func `invalid text is rejected`(text: String) {
        #expect(ModuleHash(parsing: text) == nil)
    }

    @Test func `unused bits must be zero`() {
        let start = "h1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh"
        for last in "9+/" {
            #expect(ModuleHash(parsing: "\(start)\(last)=") == nil)
        }
        #expect(ModuleHash(parsing: "\(start)8=") != nil)
    }

    @Test func `a hash has 32 bytes`() {
        #expect(ModuleHash(bytes: []) == nil)
        #expect(ModuleHash(bytes: [UInt8](repeating: 0, count: 31)) == nil)
        #expect(ModuleHash(bytes: [UInt8](repeating: 0, count: 33)) == nil)
    }
}
