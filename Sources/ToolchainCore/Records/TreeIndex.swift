/// Every file and directory of a tree with size, mode and SHA-256, as an mtree(5) specification.
///
/// mtree is what the BSDs describe trees with, so `mtree -p DIR -f index.mtree` and bsdtar read it
/// without gotoolprov.
package struct TreeIndex: Hashable, Sendable {
    /// One file or directory.
    package struct Entry: Hashable, Sendable {
        /// What an entry is.
        package enum Kind: Hashable, Sendable {
            case directory
            case file(byteCount: Int, digest: SHA256Digest)
        }

        /// The path below the tree's root, with slashes.
        package let path: String
        /// The permission bits.
        package let mode: UInt16
        /// File or directory.
        package let kind: Kind

        /// An entry from its parts.
        package init(path: String, mode: UInt16, kind: Kind) {
            self.path = path
            self.mode = mode
            self.kind = kind
        }
    }

    /// The mode of the directory that everything is in.
    package static let rootMode: UInt16 = 0o755

    /// How many files and directories a tree may have: as many as an archive may hold.
    package static let mostEntries = 60_000

    /// How large a specification may be; Go's largest has 2.3 MB.
    package static let mostBytes = 16 << 20

    /// The entries in the byte order of their paths.
    package let entries: [Entry]

    /// An index of `entries`, whatever their order.
    package init(_ entries: [Entry]) {
        self.entries = entries.sorted { $0.path.precedesByBytes($1.path) }
    }

    /// How many regular files there are.
    package var fileCount: Int {
        entries.count { if case .file = $0.kind { true } else { false } }
    }

    /// The sum of the files' sizes.
    package var byteCount: Int {
        entries.reduce(0) {
            if case .file(let count, _) = $1.kind { $0 + count } else { $0 }
        }
    }

    /// The specification, ready to be written to a file.
    package var specification: [UInt8] {
        var output = Array("#mtree\n. type=dir mode=0755\n".utf8)
        output.reserveCapacity(entries.count * 160)
        // Twelve thousand lines: interpolated strings would take longer than hashing them.
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

    /// Escapes as vis(3) does with VIS_OCTAL, which is what readers of mtree undo.
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
    /// Why a file is not an index that gotoolprov has written.
    package struct ParsingError: Error, Hashable, Sendable {
        /// The line, from 1.
        package let line: Int
    }

    /// Reads a specification as ``specification`` writes it; of mtree(5), nothing else is known.
    ///
    /// - Throws: ``ParsingError`` with the first line that is not understood, or is one too many.
    package init(parsing document: [UInt8]) throws(ParsingError) {
        var entries: [Entry] = []
        entries.reserveCapacity(min(document.count / 140, Self.mostEntries))
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
                guard entries.count < Self.mostEntries, let entry = Self.entry(line) else {
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

    /// The path that an escaped name means; nil for one that leaves the tree.
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
