/// Debian's Delve 1.20.2, built by go1.19.8 with cgo: see
/// docs/facts/debugging.md#identifying-a-delve-executable.
public let debianDelve = "/usr/bin/dlv"

extension ArchiveFixture {
    /// Returns a source archive of Delve 1.24.0 with only the files that gotoolprov checks.
    ///
    /// The Go of `installShellGo()` runs the files `list` and `build` in it for `go list` and `go
    /// build`.
    ///
    /// - Parameters:
    ///   - version: The version in the source.
    ///   - build: The contents of the script `build`.
    ///   - list: The contents of the script `list`.
    /// - Returns: The archive.
    public static func delveSource(
        version: String = "1.24.0",
        build: String = "exit 0",
        list: String = "echo fmt"
    ) -> ArchiveFixture {
        let numbers = version.split(separator: ".")
        let top = "delve-1.24.0"
        return ArchiveFixture().directory("\(top)/", mode: 0o775)
            .file("\(top)/go.mod", "module github.com/go-delve/delve\n", mode: 0o664)
            .file("\(top)/vendor/modules.txt", "# none\n", mode: 0o664)
            .file("\(top)/cmd/dlv/main.go", "package main\n", mode: 0o664)
            .file(
                "\(top)/pkg/version/version.go",
                "Major: \"\(numbers[0])\", Minor: \"\(numbers[1])\", Patch: \"\(numbers[2])\",\n",
                mode: 0o664
            )
            .file("\(top)/list", list + "\n", mode: 0o775)
            .file("\(top)/build", build + "\n", mode: 0o775)
    }
}

extension Sandbox {
    /// Installs a Go whose `bin/go` is a shell.
    ///
    /// - Throws: ``SupportError`` if the installation fails.
    public func installShellGo() async throws {
        let archive = ArchiveFixture.go("1.99.1", program: try bytes(of: "/bin/sh"))
        try await install(try await serve(archive.gzipped).digest).expectSuccess()
    }

    /// Writes a source archive of Delve 1.24.0 to the mirror and pins it in a catalog.
    ///
    /// - Parameter source: The archive.
    /// - Returns: The path of the catalog.
    /// - Throws: ``SupportError`` if a file cannot be written.
    public func serveDelve(_ source: ArchiveFixture) async throws -> String {
        let path = try directory.write("mirror/v1.24.0.tar.gz", source.gzipped)
        return try directory.write(
            "catalog.json",
            """
            {"schemaVersion": 1, "delve": [{"version": "1.24.0", "source": {
              "file": "v1.24.0.tar.gz", "sha256": "\(try await sha256(of: path))",
              "replaces": "940fc50d6338dfe515982ac5fcc3247616f23e2652048ac4f2b439ebd51741c1"}}]}
            """
        )
    }

    /// Writes an archive of a tool to the mirror and pins it in a catalog.
    ///
    /// - Parameters:
    ///   - layout: The sh commands that create the contents of the archive in the current directory.
    ///   - tool: The name of the tool in the catalog.
    ///   - version: The version in the catalog.
    ///   - builtWith: The Go version in the catalog.
    /// - Returns: The path of the catalog.
    /// - Throws: ``SupportError`` if the archive cannot be created.
    public func serveTool(
        layout: String = "cp \(debianDelve) .",
        tool: String = "dlv",
        version: String = "1.20.2",
        builtWith: String = "1.19.8"
    ) async throws -> String {
        let script = """
            mkdir "$1/pack" && cd "$1/pack" && \(layout) && tar czf "$1/mirror/tool.tar.gz" .
            """
        try await shell(script, directory.path).expectSuccess()
        return try directory.write(
            "catalog.json",
            """
            {"schemaVersion": 1, "tools": [{"tool": "\(tool)", "version": "\(version)",
              "builtWith": "\(builtWith)", "arch": "\(hostArchitecture)", "file": "tool.tar.gz",
              "sha256": "\(try await sha256(of: "\(mirror)/tool.tar.gz"))"}]}
            """
        )
    }
}
