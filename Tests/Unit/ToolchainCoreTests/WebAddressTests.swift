import TestSupport
import Testing
import ToolchainCore

@Suite(.unitLimit)
struct WebAddressTests {
    @Test(arguments: [
        ("https://me:s3cret@host/go", "https://***@host/go"),
        ("https://me:s3c@r/e?t#@host/go", "https://***@host/go"),
        ("https://s3cret@host", "https://***@host"),
        ("ftp://me:s3cret@host/x?s3cret", "ftp://***@host/x?***"),
        ("https://host/{file}?sig=s3cret&x=@", "https://host/{file}?***"),
        ("https://host/a b?s3cret", "https://host/a b?***"),
        ("https://me:s3 cret@host", "https://***@host"),
        ("https://host/@scope/x", "https://host/@scope/x"), ("https://Host", "https://Host"),
        ("/mnt/a?b@c", "/mnt/a?b@c"), ("file:///mnt/a?b", "file:///mnt/a?b"),
        ("file:///mnt/a@b", "file:///mnt/a@b"), ("https://s3c:12/s3c@host", "https://***@host"),
        ("https://host.test/a@v1", "https://host.test/a@v1"),
        ("https://s3c/ret@h", "https://***@h"),
    ])
    func `possible secrets in valid and invalid URLs are masked`(
        text: String,
        masked: String
    ) {
        #expect(WebAddress.masked(url: text) == masked)
        #expect(WebAddress.masked(url: masked) == masked, "once is enough")
    }

    @Test func `a failure masks the URLs in its message and its facts`() {
        let failure = Failure(
            .usage,
            "`https://a:s3cret@b/` is no good, nor (http://x/y?s3cret)",
            facts: [.init("from", "https://x:s3cret@y/z, ssh://s3cret@w")]
        )
        #expect(!"\(failure)".contains("s3cret"), "\(failure)")
        #expect(failure.message == "`https://***@b/` is no good, nor (http://x/y?***")
    }

    @Test(arguments: [
        "https://s3c:s3c;s3c@h/go", "https://s3c:s3c,s3c@h/go", "https://s3c:s3c's3c@h/go",
        "https://s3c:s3c)s3c@h/go", "https://s3c:12/s3c@h/go",
        "https://s3c:s3c`s3c\"s3c<s3c>@h/go",
        "https://s3c:s3c@s3c@h/go", "https://s3c:s3c?s3c@h/go", "https://s3c:s3c#s3c@h/go",
        "https://s3c:s3c]s3c}s3c@h/go", "https://s3c:s3c://s3c@h/go", "https://:s3c@h/go",
        "https://s3c:12/s3c/@h/go", "https://s3c:@h/go", "socks5h://s3c:s3c|s3c$s3c@h/go",
        "https://s3c:s\u{E9}s3c@h/go", "https://[s3c:12/s3c@h/go",
    ])
    func `a password with any characters is masked in a sentence`(url: String) {
        for (start, end) in [
            ("", ""), ("see ", " for more"), ("`", "`, or"), ("'", "'"), ("\"", "\","), ("<", ">."),
            ("(", ") x"), ("GOPROXY=", ",direct"), ("a@b, ", "; c"),
        ] {
            let masked = WebAddress.masked(start + url + end)
            let scheme = url.prefix { $0 != ":" }
            #expect(!masked.contains("s3c"), "\(masked)")
            #expect(masked == "\(start)\(scheme)://***@h/go\(end)")
            #expect(WebAddress.masked(masked) == masked, "once is enough")
        }
    }

    @Test(arguments: [
        ("https://h/go?sig=s3c;s3c,s3c", "https://h/go?***"),
        ("https://u:p@h/go?sig=s3c@s3c", "https://***"),
        ("https://h:80/go?sig=s3c@s3c", "https://***"),
        ("https://h.test/go?sig=s3c@s3c", "https://h.test/go?***"),
        (
            "`https://h/?s3c` and 'https://u:s3c@h/?s3c'",
            "`https://h/?***` and 'https://***@h/?***'"
        ),
        ("https://[::1]/x@v1 https://[::1]:80/x", "https://[::1]/x@v1 https://[::1]:80/x"),
        ("https://proxy.golang.org/m/@v/list", "https://proxy.golang.org/m/@v/list"),
        (
            "from http://127.0.0.1:80/lookup/golang.org/toolchain@v0.0.1-go1.99.1.linux-amd64",
            "from http://127.0.0.1:80/lookup/golang.org/toolchain@v0.0.1-go1.99.1.linux-amd64"
        ),
        ("a@b at http://h/path: fine?", "a@b at http://h/path: fine?"), ("://", "://"),
    ])
    func `a query is masked, and text that is certainly not secret is kept`(
        text: String,
        masked: String
    ) {
        #expect(WebAddress.masked(text) == masked)
    }

    @Test func `a URL is displayed without its query and requested with it`() throws {
        let address = try WebAddress(parsing: "https://host/go?sig=s3cret").appending("go/x.gz")
        #expect("\(address)" == "https://host/go/go/x.gz?***")
        #expect(address.withoutQuery == "https://host/go/go/x.gz")
        #expect(address.requestURL == "https://host/go/go/x.gz?sig=s3cret")
    }

    @Test(arguments: [
        ("http://[::1]/", true), ("http://127.0.0.1:8080/", true), ("http://127.9.9.9/", true),
        ("http://localhost/", true), ("http://LOCALHOST./", true),
        ("http://[::ffff:127.0.0.1]/", true), ("http://127.evil.test/", false),
        ("http://127.0.0.1.nip.test/", false), ("http://127.1/", false), ("http://[::2]/", false),
        ("http://localhost.evil.test/", false),
    ])
    func `only addresses of this host are loopback, not similar names`(
        text: String,
        isLoopback: Bool
    ) throws {
        #expect(try WebAddress(parsing: text).isLoopback == isLoopback)
    }

    @Test(arguments: [
        ("http://[fe80::1%25eth0]/", "a zone"), ("http://[:::]/", "invalid IPv6 address"),
        ("http://[1:2:3]/", "invalid IPv6 address"), ("http://h:0/", "invalid port"),
        ("http://h:99999/", "invalid port"), ("https:/x", "is not a URL"),
        ("gopher://x", "neither http nor https"),
    ])
    func `an invalid URL is rejected with a reason`(text: String, reason: String) {
        let rejection = #expect(throws: WebAddress.Rejection.self) {
            try WebAddress(parsing: text)
        }
        #expect(rejection?.reason.contains(reason) == true, "\(rejection?.reason ?? "")")
    }
}

@Suite(.unitLimit)
struct ProxySettingsTests {
    /// NO_PROXY, a URL, and whether it is exempt; from curl 8 and golang.org/x/net/http/httpproxy.
    @Test(arguments: [
        ("10.0.0.0/8", "http://10.77.0.1/", true), ("10.77.0.1/32", "http://10.77.0.1/", true),
        ("10.0.0.0/8", "http://11.0.0.1/", false), ("10.9.9.9/8", "http://10.1.1.1/", true),
        ("0.0.0.0/0", "http://8.8.8.8/", true), ("0.0.0.0/0", "http://[fd00::1]/", false),
        ("10.0.0.0/33", "http://10.0.0.1/", false), ("10.0.0.0/x", "http://10.0.0.1/", false),
        ("192.168.254.0/23", "http://192.168.255.7/", true),
        ("fd00::/8", "http://[fdab::1]:8080/", true), ("[fd00::]/8", "http://[fd00::1]/", true),
        ("fd00::/8", "http://[fe00::1]/", false), ("::/0", "http://10.0.0.1/", false),
        ("10.0.0.1", "http://10.0.0.1/", true), ("10.0.0.1", "http://10.0.0.11/", false),
        ("10.0.0.1:80", "http://10.0.0.1/", true), ("10.0.0.1:81", "http://10.0.0.1/", false),
        ("::ffff:10.0.0.1", "http://10.0.0.1/", true), ("1", "http://10.0.0.1/", false),
        ("fd00::1", "http://[fd00::1]/", true), ("[fd00::1]", "http://[fd00:0::1]/", true),
        ("[fd00::1]:8080", "http://[fd00::1]:8080/", true),
        ("[fd00::1]:8080", "http://[fd00::1]/", false),
        ("fe80::1%eth0", "http://[fe80::1]/", true),
        ("example.com", "https://example.com/", true),
        ("example.com", "http://a.example.com/", true),
        ("example.com", "http://myexample.com/", false),
        (".example.com", "http://example.com/", true),
        (".example.com", "http://a.b.example.com/", true),
        ("*.example.com", "http://a.example.com/", true),
        ("*.example.com", "http://example.com/", false),
        ("Example.COM.", "http://EXAMPLE.com/", true),
        ("example.com", "http://example.com./", true),
        ("example.com:443", "https://example.com/", true),
        ("example.com:443", "http://example.com/", false),
        ("a.test , b.test", "http://b.test/", true), ("a.test b.test", "http://b.test/", true),
        ("a.test,\tb.test,,", "http://b.test/", true), ("*", "http://x.test/", true),
        ("", "http://x.test/", false), (",. .,:80", "http://x.test/", false),
        ("", "http://127.0.0.1/", true), ("", "http://[::1]/", true),
        ("", "http://localhost/", true),
        ("", "http://127.evil.test/", false),
    ])
    func `NO_PROXY is interpreted as in curl and Go`(
        list: String,
        url: String,
        isExempt: Bool
    ) throws {
        let proxy = "http://proxy.test:3128"
        let settings = ProxySettings {
            ["http_proxy": proxy, "https_proxy": proxy, "no_proxy": list][$0]
        }
        let route = try settings.route(to: WebAddress(parsing: url))
        #expect((route.proxy == nil) == isExempt, "\(route)")
    }

    @Test func `a proxy has its variable, and whether its port is the default`() throws {
        let address = try WebAddress(parsing: "https://x.test/")
        let named = ProxySettings { $0 == "ALL_PROXY" ? "socks5://[fd00::1]" : nil }
        let proxy = try #require(try named.route(to: address).proxy)
        #expect(proxy.summary == "[fd00::1]:1080 (default; ALL_PROXY has no port)")
        let user = ProxySettings { $0 == "https_proxy" ? "http://me:p%40s@p.test:8080/" : nil }
        let second = try #require(try user.route(to: address).proxy)
        #expect(second.summary == "p.test:8080" && second.variable == "https_proxy")
        #expect(second.credentials == "me:p@s")
    }

    @Test(arguments: [
        ("https://p.test", "names an https:// proxy"),
        ("socks5://me:pw@p.test", "SOCKS proxy with a user"),
        ("socks4://p.test", "neither http:// nor socks5://"), ("http://p.test:x", "invalid port"),
        ("http://me:%zz@p.test", "percent-encoding"),
    ])
    func `an invalid proxy is rejected with a reason, but only if it is needed`(
        text: String,
        reason: String
    ) throws {
        let settings = ProxySettings { ["https_proxy": text, "no_proxy": "b.test"][$0] }
        let rejection = #expect(throws: ProxySettings.Rejection.self) {
            try settings.route(to: WebAddress(parsing: "https://a.test/"))
        }
        #expect(rejection?.reason.contains(reason) == true, "\(rejection?.reason ?? "")")
        #expect(try settings.route(to: WebAddress(parsing: "https://b.test/")) == .direct)
        #expect(try settings.route(to: WebAddress(parsing: "http://a.test/")) == .direct)
    }
}
