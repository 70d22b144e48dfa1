import TestSupport
import Testing

/// The official site through a real nginx with a private authority, and through a real tinyproxy.
///
/// Both run in a separate network namespace, in which go.dev is this host.
@Suite(
    .realLimit,
    .enabled(if: canMount, "needs root to create a network namespace")
)
struct OfficialSiteTests {
    @Test func `archives are downloaded from go.dev by default, even through a proxy`()
        async throws
    {
        let sandbox = try Sandbox(program: testVariable("GOTOOLPROV_TEST_STATIC"))
        let archive = try ArchiveFixture.hostGo()
        let digest = try await sandbox.serve(archive.gzipped, in: "go/").digest
        try await TestAuthority.make(in: sandbox.directory, names: ["go.dev", "dl.google.com"])
        try sandbox.directory.write("hosts", "127.0.0.1 go.dev dl.google.com localhost\n")
        try sandbox.directory.write(
            "nginx.conf",
            """
            daemon off; pid nginx.pid; error_log error.log; worker_processes 1;
            events {}
            http {
                access_log access.log; client_body_temp_path t1; proxy_temp_path t2;
                fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
                ssl_certificate cert.pem; ssl_certificate_key key.pem;
                server {
                    listen 127.0.0.1:443 ssl; server_name go.dev;
                    location ~ ^/dl/(.+)$ { return 302 https://dl.google.com/go/$1; }
                }
                server { listen 127.0.0.1:443 ssl; server_name dl.google.com; root mirror; }
            }
            """
        )
        try sandbox.directory.write(
            "tinyproxy.conf",
            "Port 8888\nListen 127.0.0.1\nAllow 127.0.0.1\nTimeout 60\nLogFile \"proxy.log\"\n"
        )
        let script = """
            set -e
            cd "$2"
            mount --bind hosts /etc/hosts
            ip link set lo up
            nginx -p "$2" -c nginx.conf & nginx=$!
            tinyproxy -d -c tinyproxy.conf & proxy=$!
            trap 'kill $nginx $proxy' EXIT
            for port in 443 8888; do
                until ss -Hltn "sport = :$port" | grep -q .; do kill -0 $nginx $proxy || exit 99; done
            done
            unset GOTOOLPROV_OFFLINE
            ensure="$1 ensure go1.99.1 --sha256 $3 --ca-file ca.pem -q"
            $ensure
            cat "$HOME/sdk/go1.99.1/.gotoolprov/receipt.json"
            ! grep CONNECT proxy.log || exit 98
            export HOME="$2/other" HTTPS_PROXY=http://127.0.0.1:8888
            mkdir other
            $ensure
            grep -o 'CONNECT [a-z][a-z.]*:443' proxy.log
            kill $proxy
            wait $proxy || true
            sed -i 's/proxy.log/refusing.log/' tinyproxy.conf
            echo 'ConnectPort 1' >>tinyproxy.conf
            tinyproxy -d -c tinyproxy.conf & proxy=$!
            until ss -Hltn "sport = :8888" | grep -q .; do kill -0 $proxy || exit 97; done
            mkdir fourth
            HOME="$2/fourth" $ensure 2>refused && exit 96
            grep -e "error: the proxy refused the connection" -e "proxy    *127.0.0.1:8888" refused
            HOME="$2/third" NO_PROXY=go.dev,.google.com $ensure
            grep -o 'CONNECT [a-z][a-z.]*:443' proxy.log | wc -l
            """
        let result = try await run(
            "unshare",
            [
                "--mount", "--net", "sh", "-c", script, "sh", sandbox.program,
                sandbox.directory.path,
                digest,
            ],
            environment: sandbox.environment
        )
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("\"https://go.dev/dl/go1.99.1.linux-"), "\(result)")
        #expect(
            result.output.contains("CONNECT go.dev:443\nCONNECT dl.google.com:443\n"),
            "\(result)"
        )
        #expect(result.output.contains("error: the proxy refused the connection\n"), "\(result)")
        #expect(result.output.hasSuffix("\n2\n"), "NO_PROXY is honored: \(result)")
    }
}
