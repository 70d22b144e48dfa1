/// The files and directories of a tree with their modes, sizes and SHA-256 digests.
///
/// The index is stored as an mtree(5) specification, the format of the BSDs, so it can be checked without
/// gotoolprov: `mtree -p DIR -f index.mtree`. bsdtar can read it too.
package struct TreeIndex: Hashable, Sendable {
    /// A file or directory.
    package struct Entry: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            case directory
            case file(byteCount: Int, digest: SHA256Digest)
        }

        /// The path relative to the root of the tree.
        package let path: String
        /// The permission bits.
        package let mode: UInt16
        package let kind: Kind

        /// Creates an entry.
        package init(path: String, mode: UInt16, kind: Kind) {
            self.path = path
            self.mode = mode
            self.kind = kind
        }
    }

    /// The mode of the root directory.
    package static let rootMode: UInt16 = 0o755

    /// The maximum number of files and directories in a tree, and of members in an archive.
    package static let maximumEntryCount = 60_000

    /// The maximum size of a specification in bytes; the largest of a Go release has 2.3 MB.
    package static let maximumByteCount = 16 << 20

    /// The entries in the byte order of their paths.
    package let entries: [Entry]

    /// Creates an index of `entries`, which may be in any order.
    package init(_ entries: [Entry]) {
        self.entries = entries.sorted { $0.path.precedesByBytes($1.path) }
    }

    /// The number of regular files.
    package var fileCount: Int {
        entries.count { if case .file = $0.kind { true } else { false } }
    }

    /// The total size of the files in bytes.
    package var byteCount: Int {
        entries.reduce(0) {
            if case .file(let count, _) = $1.kind { $0 + count } else { $0 }
        }
    }

    /// The mtree(5) specification.
    package var specification: [UInt8] {
        var output = Array("#mtree\n. type=dir mode=0755\n".utf8)
        output.reserveCapacity(entries.count * 160)
        // There are 12,000 lines: interpolating strings would take longer than hashing the result.
        for entry in entries {
            output.append(contentsOf: "./".utf8)
            Self.appendEscaped(entry.path, to: &output)
            switch entry.kind {
            case .directory: output.append(contentsOf: " type=dir mode=0".utf8)
            case .file: output.append(contentsOf: " type=file mode=0".utf8)
            }
            output.append(contentsOf: String(entry.mode, radix: 8).utf8)
            if case .file(let byteCount, let digest) = entry.kind {
                output.append(contentsOf: " size=".utf8)
                output.append(contentsOf: String(byteCount).utf8)
                output.append(contentsOf: " sha256digest=".utf8)
                digest.appendHexadecimal(to: &output)
            }
            output.append(UInt8(ascii: "\n"))
        }
        return output
    }

    /// Appends a path with the octal escapes of vis(3), which readers of mtree decode.
    private static func appendEscaped(_ path: String, to output: inout [UInt8]) {
        for byte in path.utf8 {
            switch byte {
            case 0...0x20, 0x7F..., UInt8(ascii: "#"), 0x5C, UInt8(ascii: "="), UInt8(ascii: "*"),
                UInt8(ascii: "?"), UInt8(ascii: "["):
                output.append(0x5C)
                output.append(UInt8(ascii: "0") + (byte >> 6))
                output.append(UInt8(ascii: "0") + (byte >> 3 & 7))
                output.append(UInt8(ascii: "0") + (byte & 7))
            default: output.append(byte)
            }
        }
    }
}

// MARK: - Reading

extension TreeIndex {
    /// The error thrown for a specification that gotoolprov cannot have written.
    package struct ParsingError: Error, Hashable, Sendable {
        /// The number of the invalid line, counted from 1.
        package let line: Int
    }

    /// Parses a specification as written by ``specification``; the rest of mtree(5) is not supported.
    ///
    /// - Throws: ``ParsingError`` for the first invalid line, or if there are too many entries.
    package init(parsing document: [UInt8]) throws(ParsingError) {
        var entries: [Entry] = []
        entries.reserveCapacity(min(document.count / 140, Self.maximumEntryCount))
        var lineNumber = 0
        var start = 0
        while start < document.count {
            lineNumber += 1
            guard let end = document[start...].firstIndex(of: UInt8(ascii: "\n")) else {
                throw ParsingError(line: lineNumber)
            }
            let line = document[start..<end]
            start = end + 1
            switch lineNumber {
            case 1 where line.elementsEqual("#mtree".utf8): continue
            case 2 where line.elementsEqual(". type=dir mode=0755".utf8): continue
            case 1, 2: throw ParsingError(line: lineNumber)
            default:
                guard entries.count < Self.maximumEntryCount, let entry = Self.entry(line) else {
                    throw ParsingError(line: lineNumber)
                }
                entries.append(entry)
            }
        }
        guard lineNumber >= 2 else { throw ParsingError(line: lineNumber + 1) }
        for (one, next) in zip(entries, entries.dropFirst())
        where !one.path.utf8.lexicographicallyPrecedes(next.path.utf8) {
            throw ParsingError(line: lineNumber)
        }
        self.entries = entries
    }

    private static func entry(_ line: ArraySlice<UInt8>) -> Entry? {
        let fields = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard fields.count >= 3, let path = path(fields[0]),
            let mode = value(of: "mode=0", in: fields[2]).flatMap({ UInt16($0, radix: 8) })
        else { return nil }
        if fields.count == 3, fields[1].elementsEqual("type=dir".utf8) {
            return Entry(path: path, mode: mode, kind: .directory)
        }
        guard fields.count == 5, fields[1].elementsEqual("type=file".utf8),
            let byteCount = value(of: "size=", in: fields[3]).flatMap({ Int($0) }), byteCount >= 0,
            let digest = value(of: "sha256digest=", in: fields[4])
                .flatMap({ SHA256Digest(hexadecimal: $0) })
        else { return nil }
        return Entry(path: path, mode: mode, kind: .file(byteCount: byteCount, digest: digest))
    }

    private static func value(of key: String, in field: ArraySlice<UInt8>) -> String? {
        guard field.starts(with: key.utf8) else { return nil }
        return String(decoding: field.dropFirst(key.utf8.count), as: UTF8.self)
    }

    /// Decodes an escaped path; nil if it is invalid or would escape the tree.
    private static func path(_ field: ArraySlice<UInt8>) -> String? {
        guard field.starts(with: "./".utf8) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(field.count)
        var rest = field.dropFirst(2)
        while let byte = rest.popFirst() {
            guard byte == 0x5C else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(3)
            guard digits.count == 3, digits.allSatisfy({ (48...55).contains($0) }) else {
                return nil
            }
            let value = digits.reduce(0) { $0 * 8 + Int($1 - 48) }
            guard let byte = UInt8(exactly: value) else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(3)
        }
        guard !bytes.isEmpty, !bytes.contains(0),
            let path = String(validating: bytes, as: UTF8.self)
        else { return nil }
        let parts = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isInside = parts.allSatisfy {
            !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8)
        }
        return isInside ? path : nil
    }
}
