import TestSupport
import Testing

extension RealGoTests {
    /// A mirror of real Go archives, over HTTP from one site to another, and to a host.
    struct MirrorBuildTests {
        let go: RealGo

        init() throws { go = try RealGo() }

        @Test func `a mirror is filled over HTTP, verified, carried, and used by a host`()
            async throws
        {
            let result = try await go.shell(
                """
                set -e; G=$1; catalog="--catalog $2/catalog.json"
                python3 -u -m http.server --bind 127.0.0.1 --directory "$2" 0 >port & server=$!
                trap 'kill $server' EXIT
                until grep -q port port; do kill -0 $server; done
                url=http://127.0.0.1:$(sed 's/.* port \\([0-9]*\\).*/\\1/' port)
                "$G" mirror init site -q
                add() {
                    GOTOOLPROV_OFFLINE= "$G" mirror add go1.27.3 go1.21.13 --directory site --no-log \\
                        --mirror $url $catalog -q
                }
                add; add
                "$G" mirror verify --directory site $catalog --deep
                cp -r site stick; truncate -s 1000000 stick/go/go1.21.13.*
                "$G" mirror verify --directory stick $catalog -q || echo "status $?"
                "$G" mirror add go1.21.13 --directory stick --from site $catalog -q --offline
                "$G" mirror verify --directory stick $catalog -q
                "$G" ensure go1.27.3 --mirror stick $catalog --offline -q
                GOTOOLCHAIN=local "$HOME/sdk/go1.27.3/bin/go" version
                """
            )
            #expect(result.status == 0, "\(result)")
            for text in [
                "go/go1.27.3.linux-\(hostArchitecture).tar.gz   added", "kept", "intact",
                "modified", "status 1", "replaced", "go version go1.27.3",
            ] {
                #expect(result.output.contains(text), "\(text): \(result)")
            }
        }
    }
}
