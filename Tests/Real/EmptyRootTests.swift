import TestSupport
import Testing

extension RealGoTests {
    /// Installing in a root directory that contains only the program.
    struct EmptyRootTests {
        let go: RealGo

        init() throws { go = try RealGo() }

        /// A plain file server, whose name only /etc/hosts in the empty root contains.
        @Test(.enabled(if: canMount, "needs root to change the root directory"))
        func `a real Go is downloaded into an empty root with bounded memory`() async throws {
            let result = try await go.shell(
                """
                set -e
                python3 -u -m http.server --bind 127.0.0.1 --directory "$2" 0 >server.log 2>&1 & server=$!
                trap 'kill $server' EXIT
                until grep -q "port " server.log; do kill -0 $server || exit 99; done
                port=$(sed -n 's/.* port \\([0-9]*\\) .*/\\1/p' server.log)
                mkdir -p root/proc root/etc root/home
                cp "$1" root/gotoolprov
                cp "$2/catalog.json" root/catalog.json
                echo "127.0.0.1 mirror.test" >root/etc/hosts
                cat >measure.py <<'EOF'
                import resource, subprocess, sys
                status = subprocess.run(sys.argv[1:]).returncode
                print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, "MiB")
                sys.exit(status)
                EOF
                unshare --mount sh -c '
                    mount -t proc proc root/proc
                    exec env -i HOME=/home "$(command -v python3)" measure.py \\
                        "$(command -v chroot)" root /gotoolprov ensure go1.27.3 -q \\
                        --catalog /catalog.json --mirror "http://mirror.test:$1"
                ' sh "$port"
                """
            )
            #expect(result.status == 0, "\(result)")
            #expect(
                result.output.hasPrefix("go1.27.3  installed  /home/sdk/go1.27.3\n"),
                "\(result)"
            )
            let peak = result.output.split(separator: " ").dropLast().last.flatMap { Int($0) }
            #expect((peak ?? .max) < 64, "\(result)")
        }

        /// Only the program, /proc and the mirror: no shell, no C library, no /etc, no /tmp.
        @Test(.enabled(if: canMount, "needs root to change the root directory"))
        func `a real Go is installed in an empty root and in one with only musl`() async throws {
            let result = try await go.shell(
                """
                set -e
                chroot=$(command -v chroot)
                export chroot
                mkdir -p root/proc root/mirror root/home
                cp "$1" root/gotoolprov
                ln "$2/catalog.json" "$3" root/mirror/ 2>/dev/null || cp "$2/catalog.json" "$3" root/mirror/
                inside() {
                    unshare --mount --pid --fork sh -c 'mount -t proc proc root/proc && cd root && \\
                        exec env -i HOME=/home "$chroot" . /gotoolprov "$@"' sh "$@"
                }
                inside ensure go1.27.3 --mirror /mirror --catalog /mirror/catalog.json --quiet
                inside status | grep -e ^libc -e ^platform
                rm -rf root/home/sdk
                mkdir -p root/lib root/bin
                cp /lib/ld-musl-*.so.1 root/lib/
                printf 'int main(void) { return 0; }\\n' >sh.c
                musl-gcc -o root/bin/sh sh.c
                inside ensure go1.27.3 --mirror /mirror --catalog /mirror/catalog.json --quiet
                inside status | grep -e ^libc
                inside exec go1.27.3 -- go version
                """
            )
            let lines = result.output.split(separator: "\n")
            #expect(result.status == 0, "\(result)")
            try #require(lines.count == 6, "\(result)")
            #expect(lines[0] == "go1.27.3  installed  /home/sdk/go1.27.3")
            #expect(lines[1].hasPrefix("platform") && lines[1].contains("/proc/self/exe"))
            #expect(lines[2].contains("none"))
            #expect(lines[3] == lines[0])
            #expect(lines[4].contains("musl 1.2."), "\(lines[4])")
            #expect(lines[5].hasPrefix("go version go1.27.3 linux/"))
        }
    }
}
