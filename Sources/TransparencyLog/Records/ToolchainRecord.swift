package import ToolchainCore

/// What the log says about a toolchain: the hash of its files.
package struct ToolchainRecord: Hashable, Sendable {
    /// The toolchain.
    package let module: ToolchainModule
    /// The hash of its files.
    package let hash: ModuleHash

    /// The hash of `module golang.org/toolchain`, the go.mod of every toolchain: all records have it.
    static let goModuleHash = "h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0="

    /// A record that is to be proven: of a toolchain whose files have this hash.
    ///
    /// - Throws: ``Rejection`` where the log has no record of the official archive.
    package init(of module: ToolchainModule, hash: ModuleHash) throws(Rejection) {
        try Self.requireRecord(of: module)
        self.module = module
        self.hash = hash
    }

    /// Why there is no record that says what a toolchain's hash is.
    package enum Rejection: Error, Hashable, Sendable, CustomStringConvertible {
        /// A language version, a development version, or one with the suffix of a vendor.
        case notRelease(GoVersion)
        /// It is older than go1.21: the log has records of these, but not of the official archives.
        case tooOld(GoVersion)
        /// It has no line about the files of this version.
        case missingLine(ToolchainModule)
        /// It has more than one.
        case repeatedLine(ToolchainModule)
        /// The line does not end with `h1:` and a SHA-256.
        case invalidHash(ToolchainModule)
        /// Something else is in it than this line and the constant one about go.mod.
        case unexpectedText(ToolchainModule)

        /// What is wrong with the record, in words.
        package var description: String {
            switch self {
            case .notRelease(let version):
                """
                \(version.toolchainName) is not a release of the Go project, so Go's checksum \
                database does not record it
                """
            case .tooOld(let version):
                """
                \(version.toolchainName) is older than \
                \(ReleaseLine.recordedInLog.firstRelease.toolchainName), so Go's checksum database \
                does not record its archive
                """
            case .missingLine(let module): "the record has no hash of \(module)"
            case .repeatedLine(let module): "the record has more than one hash of \(module)"
            case .invalidHash(let module): "the hash of \(module) in the record is malformed"
            case .unexpectedText(let module):
                "the record contains more than the hashes of \(module) and its go.mod"
            }
        }
    }

    /// Reads the text of a record.
    ///
    /// A record without the line that was asked for has to be refused, even if it is proven: Go did not
    /// until CVE-2026-42501.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - module: The toolchain that was asked for.
    /// - Throws: ``Rejection`` for the record of anything else.
    package init(parsing text: [UInt8], of module: ToolchainModule) throws(Rejection) {
        let start = Array("\(ToolchainModule.path) \(module.version) ".utf8)
        var lines: [ArraySlice<UInt8>] = []
        var rest = text[...]
        while let line = rest.popLine() { if line.starts(with: start) { lines.append(line) } }
        guard let line = lines.first else { throw .missingLine(module) }
        guard lines.count == 1 else { throw .repeatedLine(module) }
        let word = String(decoding: line.dropFirst(start.count), as: UTF8.self)
        guard let hash = ModuleHash(parsing: word) else { throw .invalidHash(module) }
        try self.init(of: module, hash: hash)
        guard text == self.text else { throw .unexpectedText(module) }
    }

    /// Where a log answers lookups of a toolchain, below the log's URL.
    ///
    /// Go escapes capitals in such paths; there are none here.
    ///
    /// - Returns: `lookup/golang.org/toolchain@v0.0.1-go1.21.9.linux-amd64`.
    /// - Throws: ``Rejection`` where the log has no record of the official archive.
    package static func lookupPath(of module: ToolchainModule) throws(Rejection) -> String {
        try requireRecord(of: module)
        return "lookup/\(ToolchainModule.path)@\(module.version)"
    }

    /// Checks that the log can have a record of the official archive.
    ///
    /// - Throws: ``Rejection`` if it has none.
    package static func requireRecord(of module: ToolchainModule) throws(Rejection) {
        guard !module.go.isLanguageVersion, module.go == module.go.withoutSuffix else {
            throw .notRelease(module.go)
        }
        guard module.go.line >= .recordedInLog else { throw .tooOld(module.go) }
    }

    /// The text, which every writer writes the same way, so that a computed hash can be proven.
    package var text: [UInt8] {
        let name = "\(ToolchainModule.path) \(module.version)"
        return Array("\(name) \(hash)\n\(name)/go.mod \(Self.goModuleHash)\n".utf8)
    }

    /// Computes the hash of the record as a leaf of the log.
    ///
    /// - Returns: The hash.
    /// - Throws: An error where OpenSSL fails.
    package func leaf() throws -> LogHash {
        var hasher = try LogHasher.starting()
        return try hasher.leaf(text)
    }
}
