extension ToolCatalog {
    /// Parses the members of a catalog file that list tools.
    ///
    /// - Returns: Whether the file has any such member.
    /// - Throws: ``JSONError`` at the position of the first error.
    mutating func read(
        from reader: inout JSONObjectReader,
        voucher: PinnedArchive.Voucher
    ) throws(JSONError) -> Bool {
        let nodes = (reader.take("delve"), reader.take("gopls"), reader.take("tools"))
        for node in try nodes.0?.elements() ?? [] {
            let entry = try Self.delve(node, voucher: voucher)
            guard delve.updateValue(entry, forKey: entry.version) == nil else {
                throw JSONError("\(entry.version) occurs twice", at: node.position)
            }
        }
        for node in try nodes.1?.elements() ?? [] {
            let entry = try Self.gopls(node)
            guard gopls.updateValue(entry, forKey: entry.version) == nil else {
                throw JSONError("\(entry.version) occurs twice", at: node.position)
            }
        }
        for node in try nodes.2?.elements() ?? [] {
            let entry = try Self.prebuilt(node, voucher: voucher)
            let key = PrebuiltKey(
                build: entry.build,
                architecture: entry.platform.architecture
            )
            guard prebuilt.updateValue(entry, forKey: key) == nil else {
                throw JSONError("\(entry.build.name) occurs twice", at: node.position)
            }
        }
        return nodes.0 != nil || nodes.1 != nil || nodes.2 != nil
    }

    private static func delve(
        _ node: JSONNode,
        voucher: PinnedArchive.Voucher
    ) throws(JSONError) -> Delve {
        var reader = try node.object()
        let version = try toolVersion(try reader.require("version"))
        for key in [
            "date", "commit", "vendored", "binaries", "unixListen", "dapClientAddr",
            "lineOnlyStripped",
        ] {
            _ = try reader.take(key)?.string()
        }
        let source = try reader.require("source")
        var file = try source.object()
        let pinned = try self.file(&file, voucher: voucher)
        try file.finish()
        var accepts: ClosedRange<ReleaseLine>?
        if let node = reader.take("accepts") {
            var range = try node.object()
            let first = try line(try range.require("min"))
            let last = try line(try range.require("max"))
            try range.finish()
            guard first <= last else {
                throw JSONError("`min` is newer than `max`", at: node.position)
            }
            accepts = first...last
        }
        let buildsWith = try reader.take("buildsWith").map(goVersion)
        let blob = try reader.take("versionBlob")?.string()
        var ports: [GoArchitecture: Port] = [:]
        for architecture in [GoArchitecture.riscv64, .ppc64le, .loong64] {
            guard let node = reader.take(architecture.rawValue) else { continue }
            guard let port = Port(rawValue: try node.string()) else {
                throw JSONError("expected `yes`, `no` or `tag`", at: node.position)
            }
            ports[architecture] = port
        }
        let check = try reader.take("dwarf5Check")?.string() == "yes"
        try reader.finish()
        return Delve(
            version: version,
            source: pinned,
            accepts: accepts,
            buildsWith: buildsWith,
            versionBlob: blob,
            ports: ports,
            refusesDWARF5OfOldBuilder: check
        )
    }

    private static func gopls(_ node: JSONNode) throws(JSONError) -> Gopls {
        var reader = try node.object()
        let version = try toolVersion(try reader.require("version"))
        _ = try reader.take("date")?.string()
        _ = try reader.take("basis")?.string()
        var range = try reader.require("accepts").object()
        let oldest = try line(try range.require("min"))
        try range.finish()
        let buildsWith = try reader.take("buildsWith").map(goVersion)
        try reader.finish()
        return Gopls(version: version, oldestLine: oldest, buildsWith: buildsWith)
    }

    private static func prebuilt(
        _ node: JSONNode,
        voucher: PinnedArchive.Voucher
    ) throws(JSONError) -> Prebuilt {
        var reader = try node.object()
        let toolNode = try reader.require("tool")
        let name = try toolNode.string()
        guard let tool = Tool(name) else {
            throw JSONError("`\(name)` is not a valid tool name", at: toolNode.position)
        }
        let version = try toolVersion(try reader.require("version"))
        let builder = try goVersion(try reader.require("builtWith"))
        guard !builder.isLanguageVersion else {
            throw JSONError("`builtWith` must be a Go release", at: node.position)
        }
        let architectureNode = try reader.require("arch")
        guard let architecture = GoArchitecture(rawValue: try architectureNode.string()) else {
            throw JSONError("unknown architecture", at: architectureNode.position)
        }
        let file = try self.file(&reader, voucher: voucher)
        if let node = reader.take("provenance") {
            // Informative only: how the executable was built, and from which source.
            var provenance = try node.object()
            for key in ["source", "sourceSha256", "go", "builtBy", "binarySha256"] {
                _ = try provenance.take(key)?.string()
            }
            _ = try provenance.take("flags")?.elements()
            _ = try provenance.take("environment")?.elements()
            try provenance.finish()
        }
        try reader.finish()
        return Prebuilt(
            build: ToolBuild(tool: tool, version: version, builder: builder),
            platform: GoPlatform(architecture),
            file: file
        )
    }

    private static func file(
        _ reader: inout JSONObjectReader,
        voucher: PinnedArchive.Voucher
    ) throws(JSONError) -> PinnedFile {
        let nameNode = try reader.require("file")
        let name = try nameNode.string()
        guard Catalog.isFileName(name) else {
            throw JSONError("expected a file name without directories", at: nameNode.position)
        }
        return PinnedFile(
            name: name,
            digest: try reader.require("sha256").digest(),
            byteCount: try reader.take("size")?.count(),
            replaces: try reader.take("replaces")?.digest(),
            voucher: voucher
        )
    }

    private static func toolVersion(_ node: JSONNode) throws(JSONError) -> ToolVersion {
        let text = try node.string()
        guard let version = ToolVersion(text), version.description == text else {
            throw JSONError("`\(text)` is not a tool version", at: node.position)
        }
        return version
    }

    private static func goVersion(_ node: JSONNode) throws(JSONError) -> GoVersion {
        let text = try node.string()
        guard let version = GoVersion(text), version.description == text else {
            throw JSONError("`\(text)` is not a Go version", at: node.position)
        }
        return version
    }

    private static func line(_ node: JSONNode) throws(JSONError) -> ReleaseLine {
        let text = try node.string()
        guard let line = GoVersion(text)?.line, line.description == text else {
            throw JSONError("`\(text)` is not a Go release line such as 1.21", at: node.position)
        }
        return line
    }
}
