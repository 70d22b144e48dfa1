import TestSupport
import Testing

extension RealGoTests {
    /// Archives of a real size that must be refused.
    struct RealArchiveRefusalTests {
        let go: RealGo

        init() throws { go = try RealGo() }

        @Test func `an archive for another architecture is refused by its contents`() async throws {
            let other = hostArchitecture == "amd64" ? "arm64" : "amd64"
            let path = "\(go.mirror)/go1.27.3.linux-\(other).tar.gz"
            let digest = try await sha256(of: path)
            // No catalog lists 1.27.3 here, so the given digest is used.
            let result = try await go.sandbox.gotoolprov(
                "ensure",
                "go1.27.3",
                "--archive",
                path,
                "--sha256",
                digest,
                "--quiet"
            )
            #expect(result.status == 65, "\(result)")
            #expect(result.error.contains("one for linux/\(other)"), "\(result)")
        }

        @Test func `an archive that unpacks to more than any Go is refused at the limit`()
            async throws
        {
            let result = try await go.shell(
                """
                set -e
                mkdir -p many/go zeros/go
                truncate -s 600M zeros/go/a zeros/go/b
                (cd many/go && seq 61000 | xargs touch)
                for name in many zeros; do
                    (cd $name && tar cf - go | gzip -1 >../$name.tar.gz)
                    digest=$(sha256sum $name.tar.gz | cut -c1-64)
                    status=0
                    "$1" ensure go1.99.1 --archive $name.tar.gz --sha256 "$digest" -q || status=$?
                    echo "$name $status"
                done
                ls -A "$HOME"
                """
            )
            #expect(result.output == "many 65\nzeros 65\n.config\n.keep\n", "\(result)")
            #expect(result.error.contains("60000 members"), "\(result)")
            #expect(result.error.contains("1 GiB"), "\(result)")
        }
    }
}
