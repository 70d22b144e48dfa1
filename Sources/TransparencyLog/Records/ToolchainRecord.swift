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
    package init(of module: ToolchainModule, hash: ModuleHash) {
        self.module = module
        self.hash = hash
    }

    /// Why the text of a record does not say what a toolchain's hash is.
    package enum Rejection: Error, Hashable, Sendable, CustomStringConvertible {
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
        self.init(of: module, hash: hash)
        guard text == self.text else { throw .unexpectedText(module) }
    }

    /// The text, which is the same whoever writes it: so that a hash that was computed can be proven.
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
