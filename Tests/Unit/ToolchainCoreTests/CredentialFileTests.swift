import TestSupport
import Testing

@testable import ToolchainCore

/// `~/.netrc`, files of headers, and what can be printed of them.
@Suite(.unitLimit)
struct CredentialFileTests {
    /// The password for `mirror.example` and a login, as the value of the header; the login is `me`.
    private func password(_ text: String, host: String = "mirror.example") throws -> String? {
        let address = try WebAddress(parsing: "https://\(host):8443/go")
        let entry = try Netrc(parsing: Array(text.utf8)).entry(for: address, usesDefault: true)
        guard let value = entry?.authorization?.value.disclosed else { return nil }
        let bytes = try #require(Base64.decoded(value.dropFirst("Basic ".count).utf8))
        let pair = String(decoding: bytes, as: UTF8.self)
        #expect(value.hasPrefix("Basic ") && pair.hasPrefix("me:"), "\(pair)")
        return String(pair.dropFirst(3))
    }

    /// Files, and the password in each for `mirror.example`.
    @Test(
        arguments: [
            ("machine mirror.example login me password pw", "pw"),
            ("machine mirror.example\n\tlogin me\n\tpassword pw\n", "pw"),
            ("machine mirror.example\r\nlogin me\r\npassword pw\r\n", "pw"),
            ("machine MIRROR.example password pw login me", "pw"),
            ("machine mirror.example login me account x password pw", "pw"),
            ("machine a login b password c machine mirror.example login me password pw", "pw"),
            ("machine a login machine password mirror.example default login me password pw", "pw"),
            ("default login me password no machine mirror.example login me password pw", "pw"),
            ("default login me password pw", "pw"),
            (
                "machine mirror.example login me password 1 machine mirror.example login me password 2",
                "1"
            ),
            ("machine mirror.example login me machine mirror.example login me password pw", "pw"),
            (#"machine mirror.example login "me" password "a b\"\\\tc\d""#, "a b\"\\\tcd"),
            (#"machine mirror.example login me password a\n"b"#, #"a\n"b"#),
            (#"machine mirror.example "password" login me password pw"#, "pw"),
            ("machine mirror.example login me password \"\"", ""),
            ("machine mirror.example login me password #pw", "#pw"),
            (
                "# machine mirror.example login me password no\n  # \"\nmachine mirror.example login me\n#\npassword pw",
                "pw"
            ),
            ("machine mirror.example port 22 login me password pw", "pw"),
            (
                "macdef init\nmachine mirror.example login me password no\n\nmachine mirror.example login me password pw",
                "pw"
            ),
            (
                "machine a login b password c\nmacdef x\n\"\n \t\r\nmachine mirror.example login me password pw",
                "pw"
            ),
            ("machine mirror.example login me password p\u{FC}", "p\u{FC}"),
            // Nothing for this server.
            ("", nil), ("machine mirror.example login me", nil),
            ("machine mirror.example password pw", nil), ("login me password pw", nil),
            ("machine mirror.example.org login me password pw", nil),
            ("machine example login me password pw", nil),
            ("machine mirror.example:8443 login me password pw", nil),
            ("machine mirror.example login me default login me password pw", nil),
            ("machine mirror.example macdef x\ny\n\nlogin me password pw", nil),
            ("macdef x\nmachine mirror.example login me password pw", nil),
            ("\"machine\" mirror.example login me password pw", nil),
        ] as [(String, String?)]
    )
    func `the password for a server is found, and nothing else is taken for it`(
        text: String,
        expected: String?
    ) throws {
        #expect(try password(text) == expected)
    }

    @Test func `an IPv6 address may be in brackets, and default is only for some servers`() throws {
        #expect(try password("machine ::1 login me password pw", host: "[::1]") == "pw")
        #expect(try password("machine [::1] login me password pw", host: "[::1]") == "pw")
        let netrc = try Netrc(parsing: Array("\n\ndefault login a password b".utf8))
        let address = try WebAddress(parsing: "https://go.dev/dl")
        #expect(netrc.entry(for: address, usesDefault: true)?.line == 3)
        #expect(netrc.entry(for: address, usesDefault: false) == nil)
    }

    @Test(arguments: [
        ("machine a login b\npassword \"s3cret\nmachine c", 2),
        ("machine a\nlogin s3cret\npassword", 3),
        ("\n\"s3cret\\", 2), ("machine", 1), ("macdef x\n\n\nmachine", 4), ("\"s3cret", 1),
    ])
    func `an invalid netrc file is rejected with its line, and nothing else of it`(
        text: String,
        line: Int
    ) throws {
        let error = #expect(throws: Netrc.Rejection.self) { try Netrc(parsing: Array(text.utf8)) }
        #expect(error?.line == line)
        #expect(!"\(error as Any)".contains("s3cret"))
    }

    @Test func `headers are read as curl reads them, without blanks at the ends`() throws {
        let file = try HeaderFile(
            parsing: Array("# a\r\n\r\nAuthorization:  Bearer x: y \r\n \t\nX-Key:z".utf8)
        )
        #expect(file.headers.map(\.name) == ["Authorization", "X-Key"])
        #expect(file.headers.map(\.value.disclosed) == ["Bearer x: y", "z"])
        #expect(file.headers.map(\.isAuthorization) == [true, false])
    }

    @Test(arguments: [
        ("", 1, "no header"), ("#\n\ns3cret", 3, "no colon"), ("s3c ret: x", 1, "name"),
        (": s3cret", 1, "name"), (" A: s3cret", 1, "name"), ("A:", 1, "no value"),
        ("A: \t", 1, "no value"),
        ("A: s3cret\rB: x", 1, "ASCII"), ("A: s3cret\u{7F}", 1, "ASCII"),
        ("A: s3cr\u{E9}t", 1, "ASCII"),
        ("A: s3cret\u{0}", 1, "ASCII"), ("A: x\na: s3cret", 2, "second time"),
        ("Host: s3cret", 1, "`host`"), ("content-length: s3cret", 1, "`content-length`"),
        ("Range: s3cret", 1, "`range`"),
    ])
    func `an invalid file of headers is rejected with its line, and nothing else of it`(
        text: String,
        line: Int,
        phrase: String
    ) throws {
        let error = try #require(
            #expect(throws: HeaderFile.Rejection.self) {
                try HeaderFile(parsing: Array(text.utf8))
            }
        )
        #expect(error.line == line && error.reason.contains(phrase), "\(error)")
        #expect(!"\(error)".contains("s3c"), "\(error)")
    }

    @Test func `a secret cannot be printed, alone or inside other values`() throws {
        var credentials = WebCredentials(origin: "https://mirror.example")
        let netrc = try Netrc(
            parsing: Array("machine a login me password s3cret".utf8)
        )
        let entry = netrc.entry(for: try WebAddress(parsing: "https://a"), usesDefault: false)
        let file = try HeaderFile(parsing: Array("A: Bearer s3cret".utf8))
        credentials.headers = file.headers + [try #require(entry?.authorization)]
        let hidden = ["s3cret", credentials.headers[1].value.disclosed]
        var dumped = ""
        dump(credentials, to: &dumped)
        dump(netrc, to: &dumped)
        dump(file, to: &dumped)
        dumped += "\(credentials) \(String(reflecting: credentials)) \(netrc) \(file)"
        dumped += "\(String(reflecting: file)) \([credentials.headers[0].value])"
        for text in hidden { #expect(!dumped.contains(text), "\(dumped)") }
        #expect(dumped.contains("***"))
    }
}
