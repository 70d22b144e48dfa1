import TestSupport
import Testing

@testable import Ansible

/// Valid and invalid arguments of an Ansible task.
@Suite(.unitLimit)
struct AnsibleArgumentsTests {
    func read(_ text: String) throws(AnsibleArguments.Rejection) -> AnsibleArguments {
        try AnsibleArguments(parsing: Array(text.utf8))
    }

    @Test func `a task without arguments converges to the manifest`() throws {
        let arguments = try read("{}")
        #expect(arguments.state == .converged)
        #expect(arguments.versions.isEmpty)
        #expect(!arguments.isCheck)
    }

    @Test func `the former name of catalogs is accepted`() throws {
        #expect(try read(#"{"catalogues": ["/c"]}"#).catalogs == ["/c"])
    }

    @Test func `every parameter is parsed`() throws {
        let arguments = try read(
            """
            {"state": "converged", "versions": ["go1.21.13", "go@latest"], "manifest": "/m",
             "mirrors": ["/a", "https://b"], "catalogs": ["/c"], "sdk_root": "/s",
             "gobin": "/g", "wait": 5, "offline": true, "adopt": true, "trust_roots": true,
             "_ansible_check_mode": true, "_ansible_diff": true, "_ansible_no_log": false,
             "_ansible_version": "2.19.14", "_ansible_tmpdir": null}
            """
        )
        #expect(arguments.versions == ["go1.21.13", "go@latest"])
        #expect(arguments.manifest == "/m")
        #expect(arguments.mirrors == ["/a", "https://b"])
        #expect(arguments.catalogs == ["/c"])
        #expect(arguments.sdkRoot == "/s")
        #expect(arguments.goBin == "/g")
        #expect(arguments.wait == 5)
        #expect(arguments.isOffline && arguments.adopts && arguments.trustsRoots)
        #expect(arguments.isCheck && arguments.wantsDiff)
    }

    @Test(arguments: [
        (#"{"state": "verified", "repair": "yes", "quick": "False"}"#, true, false),
        (#"{"state": "verified", "repair": "0", "quick": "on"}"#, false, true),
        (#"{"state": "verified", "repair": null}"#, false, false),
    ])
    func `words are accepted as Booleans`(
        text: String,
        repairs: Bool,
        isQuick: Bool
    ) throws {
        let arguments = try read(text)
        #expect(arguments.repairs == repairs)
        #expect(arguments.isQuick == isQuick)
    }

    @Test func `a string with commas is a list, as elsewhere in Ansible`() throws {
        #expect(
            try read(#"{"versions": " go1.21 , go1.27.1 ,"}"#).versions == ["go1.21", "go1.27.1"]
        )
        #expect(try read(#"{"wait": "7"}"#).wait == 7)
    }

    /// Invalid arguments, each with a part of the reason.
    static let refused: [(text: String, reason: String)] = [
        ("", "the arguments are not JSON"), ("[]", "not a JSON object"), ("{", "not JSON"),
        (#"{"a": 1, "a": 2}"#, "duplicate key"),
        (#"{"versoin": "x"}"#, "unknown parameter `versoin`"),
        (#"{"versoin": null}"#, "unknown parameter"), (#"{"": 1}"#, "unknown parameter"),
        // YAML parses 1.20 as 1.2, which is another release.
        (#"{"versions": [1.20]}"#, "the number 1.20"), (#"{"versions": 1.20}"#, "the number 1.20"),
        (#"{"versions": ["1.2"]}"#, "`1.20` without quotes"),
        (#"{"versions": 1.21}"#, "expected a list"), (#"{"versions": {"a": 1}}"#, "a dictionary"),
        (#"{"versions": [["go1.21"]]}"#, "found a list"), (#"{"versions": [""]}"#, "non-empty"),
        (#"{"state": "there"}"#, "one of converged, verified, absent, reported"),
        (#"{"state": 1}"#, "the number 1"), (#"{"state": ["converged"]}"#, "a list"),
        (#"{"offline": "perhaps"}"#, "true or false"), (#"{"offline": 1}"#, "true or false"),
        (#"{"manifest": true}"#, "found true"), (#"{"manifest": ""}"#, "non-empty"),
        (#"{"manifest": "a\u0000b"}"#, "non-empty"),
        (#"{"wait": -1}"#, "whole number"), (#"{"wait": 1.5}"#, "whole number"),
        (#"{"wait": 4294967296}"#, "whole number"), (#"{"wait": "soon"}"#, "whole number"),
        (#"{"wait": ""}"#, "whole number"),
        (#"{"_ansible_check_mode": "perhaps"}"#, "true or false"),
        (#"{"repair": true}"#, "requires `state: verified`"),
        (#"{"state": "verified", "force": false}"#, "requires `state: absent`"),
        (#"{"state": "reported", "adopt": true}"#, "requires `state: converged`"),
        (#"{"state": "absent"}"#, "requires exact `versions`"),
        (#"{"state": "reported", "versions": ["go1.21"]}"#, "cannot be used with"),
    ]

    @Test(arguments: refused)
    func `invalid arguments are rejected with the reason`(text: String, reason: String) {
        #expect {
            try read(text)
        } throws: { error in
            (error as? AnsibleArguments.Rejection)?.reason.contains(reason) == true
        }
    }

    @Test func `a truncated or damaged document never crashes`() {
        let document = Array(#"{"versions": ["go1.21.13", "é"], "wait": 5, "offline": true}"#.utf8)
        for index in document.indices {
            for byte: UInt8 in [0, 0x22, 0x2C, 0x5B, 0x7B, 0x80, 0xFF] {
                var changed = document
                changed[index] = byte
                _ = try? AnsibleArguments(parsing: changed)
            }
            _ = try? AnsibleArguments(parsing: Array(document.prefix(index)))
        }
    }
}
