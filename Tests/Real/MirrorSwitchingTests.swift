import LogFixtures
import TestSupport
import Testing
import ToolchainCore
import TransparencyLog
import WebFixtures

extension RealGoTests {
    /// Go's own toolchain switching from a mirror, without a network and with verification by `go` itself.
    @Suite(.realLimit)
    struct MirrorSwitchingTests {
        @Test
        func
            `a module with a toolchain line is built by an older Go, over file and http, verified`()
            async throws
        {
            let real = try RealGo()
            let mirror = try await SwitchingMirror(real)
            try await mirror.add("1.27.3", at: real.archive)
            let key = try await mirror.publishWithOwnLog()
            #expect(try await mirror.verify().status == 0)

            let server = try mirror.serve()
            let url = "http://127.0.0.1:\(server.port)"
            for (user, origin) in [("file", mirror.site), ("http", url)] {
                let built = try await mirror.go("run .", as: user, from: origin, key: key)
                #expect(built.status == 0 && built.error.hasSuffix("go1.27.3"), "\(built)")
            }

            // The same archive gives the same module.
            let module = try SwitchingMirror.module("1.27.3")
            let zip = "\(mirror.site)/golang.org/toolchain/@v/\(module.version).zip"
            let before = try bytes(of: zip)
            try await prepare(#"rm "$1""#, zip)
            _ = try await mirror.publish("--log-key", "\(mirror.sandbox.directory.path)/site.key")
            #expect(try bytes(of: zip) == before)

            // One byte of the last name in the directory of the zip archive.
            var damaged = before
            let name = Array("/go.env".utf8)
            let place = try #require(
                damaged.indices.dropLast(name.count).last {
                    damaged[$0..<($0 + name.count)].elementsEqual(name)
                }
            )
            damaged[place + 1] ^= 1
            try mirror.sandbox.directory.write("damaged", damaged)
            try await prepare(#"mv "$1" "$2""#, "\(mirror.sandbox.directory.path)/damaged", zip)
            for (user, origin) in [("file2", mirror.site), ("http2", url)] {
                let refused = try await mirror.go("run .", as: user, from: origin, key: key)
                #expect(refused.status != 0, "\(refused)")
                #expect(refused.error.contains("SECURITY ERROR"), "\(refused)")
            }
            let found = try await mirror.verify()
            #expect(found.status == 1 && found.output.contains(".zip"), "\(found)")
            withExtendedLifetime(server) {}
        }

        @Test
        func `a toolchain that is added later verifies for clients that have seen the log before`()
            async throws
        {
            let mirror = try await SwitchingMirror(RealGo())
            try await mirror.addSmall("1.99.1")
            let key = try await mirror.publishWithOwnLog()
            func version(_ version: String, as user: String) async throws -> CommandResult {
                try await mirror.go(
                    "version",
                    as: user,
                    from: mirror.site,
                    key: key,
                    toolchain: "go\(version)"
                )
            }
            #expect(try await version("1.99.1", as: "old").status == 0)
            for later in ["1.99.2", "1.98.7"] {
                try await mirror.addSmall(later)
                #expect(try await mirror.publishWithOwnLog() == key)
                #expect(try await version(later, as: "old").status == 0)
                try await mirror.forgetDownloads(of: "old")
                #expect(try await version("1.99.1", as: "old").status == 0)
                #expect(try await version(later, as: "new\(later)").status == 0)
            }
            #expect(try await mirror.verify().status == 0)

            // An older copy of the mirror must not fork the log.
            let directory = mirror.sandbox.directory.path
            try await prepare(#"rm -r "$1/site/sumdb""#, directory)
            let refused = try await mirror.sandbox.gotoolprov(
                "mirror",
                "gomod",
                "--directory",
                mirror.site,
                "--manifest",
                "\(directory)/log.json",
                "--log-key",
                "\(directory)/site.key"
            )
            #expect(refused.status == 65, "\(refused)")
            #expect(refused.error.contains("fewer than the 3"), "\(refused)")
        }

        @Test
        func `a copy of the log proves modules to clients that trust the key of the log alone`()
            async throws
        {
            let mirror = try await SwitchingMirror(RealGo())
            let directory = mirror.sandbox.directory
            // More than one full tile, and the records far apart.
            var toolchains: [Int: ToolchainRecord] = [:]
            for (index, version) in [(6, "1.99.1"), (560, "1.99.2")] {
                let text = try SwitchingMirror.small(version).record(version)
                let module = try SwitchingMirror.module(version)
                toolchains[index] = try ToolchainRecord(parsing: text, of: module)
            }
            let log = try TestLog(count: 700, toolchains: toolchains, signer: mirror.signer)
            for (version, size) in [("1.99.1", 500), ("1.99.2", 700)] {
                try log.write(size, to: directory, mirror: "online")
                try await mirror.addSmall(version)
                let output = try await mirror.publish(
                    with: ["GOTOOLPROV_MIRROR": "\(directory.path)/online"]
                )
                #expect(
                    output.contains(#""own": false"#) && output.contains(#""records": \#(size)"#)
                )
                // Only the site is there.
                try await prepare(#"rm -r "$1/online""#, directory.path)
                for user in ["old", "new\(version)"] {
                    let result = try await mirror.go(
                        "version",
                        as: user,
                        from: mirror.site,
                        key: nil,
                        toolchain: "go\(version)"
                    )
                    #expect(result.status == 0, "\(version) \(user) \(result)")
                }
            }
            #expect(try await mirror.verify().status == 0)
        }
    }
}
