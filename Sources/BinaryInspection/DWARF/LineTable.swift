internal import ToolchainCore

/// The names of the source files that a unit's code comes from.
struct LineTable {
    /// The paths in the table's order, as they were passed to the compiler.
    let paths: [String]

    private static let headerLimit: UInt64 = 1 << 20
    private static let countLimit = 65_536
    /// The longest name of a file or directory, in bytes: Linux has none that is longer.
    private static let nameLimit = 4096

    /// The directory of the package's own sources.
    ///
    /// The table also names the files of what was inlined. Go's compiler mostly names the package's
    /// own first, but where cgo was used its generated file, in a directory that is gone, and what was
    /// inlined into that from the standard library.
    ///
    /// - Parameter ending: How the directory ends if it is known, with a slash.
    /// - Returns: The directory, relative with `-trimpath`.
    func directory(ending: String) -> String? {
        let files = paths.filter { $0.hasSuffix(".go") }.map { path in
            guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else {
                return (directory: Self.isGenerated(path) ? "" : ".", name: path)
            }
            return (
                directory: String(path[..<slash]),
                name: String(path[path.utf8.index(after: slash)...])
            )
        }
        let own = files.filter { !$0.directory.isEmpty && !$0.name.hasPrefix("_cgo_") }
        if !ending.isEmpty, let match = own.first(where: { $0.directory.hasSuffix(ending) }) {
            return match.directory
        }
        // The package main of a test is made by `go test`, and has no sources but what it imports.
        guard !isOfTest else { return nil }
        guard files.first?.name.hasPrefix("_cgo_") == true else { return own.first?.directory }
        let library = own.lazy.map(\.directory).first { $0.hasSuffix("/src/syscall") }
            .map { String($0.dropLast("/syscall".count)) }
        return own.first { file in
            if let library { return !file.directory.isInside(library) }
            // Without -trimpath it is absolute; with it, only packages of the library have no dot.
            return file.directory.hasPrefix("/")
                || file.directory.utf8.prefix { $0 != UInt8(ascii: "/") }
                    .contains(UInt8(ascii: "."))
        }?.directory
    }

    /// The names of the source files in no directory but `.`, which `-trimpath` makes of files that
    /// were named to `go build`.
    ///
    /// Up to DWARF 4 they have no directory at all.
    var bareSources: [String] {
        paths.compactMap { path in
            let name = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
            let isSource = name.hasSuffix(".go") && !name.contains(byte: "/")
            return isSource && !Self.isGenerated(name) ? name : nil
        }
    }

    /// The file that `go test` makes the package main of.
    static let testMain = "_testmain.go"

    /// Whether it is that of a package main which `go test` made.
    var isOfTest: Bool { paths.contains(where: Self.isTestMain) }

    private static func isTestMain(_ path: String) -> Bool {
        path.hasSuffix(testMain)
            && path.utf8.dropLast(testMain.utf8.count).last ?? UInt8(ascii: "/")
                == UInt8(ascii: "/")
    }

    /// Whether a file is one that Go makes while it builds.
    private static func isGenerated(_ name: String) -> Bool {
        name.hasPrefix("_cgo_") || name == testMain
    }

    /// Reads the table at an offset into `.debug_line`; nil if it is malformed.
    init?(at offset: UInt64, _ reader: UnitReader) {
        guard let section = DebugInformation.section("line", in: reader.elf),
            let stream = try? SectionStream(section, of: reader.file, reader.elf),
            !stream.isCompressed || reader.takeInflation(min(offset, stream.byteCount)),
            (try? stream.skip(offset)) != nil,
            let header = Self.header(stream, isLittleEndian: reader.elf.identity.isLittleEndian)
        else { return nil }
        var cursor = header.cursor
        let found =
            header.encoding.version == 5
            ? Self.formattedPaths(&cursor, header.encoding, reader) : Self.oldPaths(&cursor, reader)
        guard let found else { return nil }
        paths = found
    }

    private static func header(
        _ stream: SectionStream,
        isLittleEndian: Bool
    ) -> (cursor: ByteCursor, encoding: UnitReader.Encoding)? {
        func number(_ byteCount: Int) -> UInt64? {
            guard let bytes = try? stream.read(byteCount) else { return nil }
            return ByteFields(bytes: bytes, isLittleEndian: isLittleEndian)
                .unsigned(at: 0, byteCount: byteCount)
        }
        guard var length = number(4) else { return nil }
        let isWide = length == 0xFFFF_FFFF
        if isWide {
            guard let long = number(8) else { return nil }
            length = long
        }
        let size = min(length, stream.byteCount - stream.position, headerLimit)
        guard let bytes = try? stream.read(Int(size)) else { return nil }
        var cursor = ByteCursor(bytes, isLittleEndian: isLittleEndian)
        guard let version = cursor.unsigned(2), (2...5).contains(version) else { return nil }
        var addressSize: UInt64 = 8
        if version == 5 {
            guard let size = cursor.unsigned(1), cursor.skip(1) else { return nil }
            addressSize = size
        }
        // header_length; then min_inst_length, since version 4 max_ops, default_is_stmt, line_base
        // and line_range.
        guard cursor.unsigned(isWide ? 8 : 4) != nil, cursor.skip(version >= 4 ? 5 : 4),
            let opcodeBase = cursor.unsigned(1), opcodeBase > 0, cursor.skip(opcodeBase - 1)
        else { return nil }
        let encoding = UnitReader.Encoding(
            version: Int(version),
            isWide: isWide,
            addressSize: Int(addressSize)
        )
        return (cursor, encoding)
    }

    /// Up to version 4: directories, then files with the number of their directory from 1 on.
    private static func oldPaths(
        _ cursor: inout ByteCursor,
        _ reader: UnitReader
    ) -> [String]? {
        var directories: [String] = []
        while true {
            guard let directory = cursor.text() else { return nil }
            guard isTaken(directory, reader), directories.count < countLimit else {
                return reader.tooLarge()
            }
            if directory.isEmpty { break }
            directories.append(directory)
        }
        var paths: [String] = []
        while true {
            guard let name = cursor.text() else { return nil }
            guard isTaken(name, reader), paths.count < countLimit else {
                return reader.tooLarge()
            }
            if name.isEmpty { return paths }
            guard let directory = cursor.unsignedLEB128(), cursor.skipLEB128(), cursor.skipLEB128()
            else { return nil }
            let index = Int(clamping: directory) - 1
            let owner = directories.indices.contains(index) ? directories[index] : nil
            guard let path = joined(owner, name, reader) else { return nil }
            paths.append(path)
        }
    }

    /// In version 5 both lists say of what their entries consist.
    private static func formattedPaths(
        _ cursor: inout ByteCursor,
        _ encoding: UnitReader.Encoding,
        _ reader: UnitReader
    ) -> [String]? {
        guard let directories = entries(&cursor, encoding, reader),
            let files = entries(&cursor, encoding, reader)
        else { return nil }
        var paths: [String] = []
        for file in files {
            let index = Int(clamping: file.directory)
            let owner = directories.indices.contains(index) ? directories[index].name : nil
            guard let path = joined(owner, file.name, reader) else { return nil }
            paths.append(path)
        }
        return paths
    }

    private static func entries(
        _ cursor: inout ByteCursor,
        _ encoding: UnitReader.Encoding,
        _ reader: UnitReader
    ) -> [(name: String, directory: UInt64)]? {
        // There are five kinds of contents.
        guard let formatCount = cursor.unsigned(1), formatCount <= 16 else { return nil }
        var formats: [(content: UInt64, form: UInt64)] = []
        for _ in 0..<formatCount {
            guard let content = cursor.unsignedLEB128(), let form = cursor.unsignedLEB128() else {
                return nil
            }
            formats.append((content, form))
        }
        guard let count = cursor.unsignedLEB128(), formatCount > 0 || count == 0 else {
            return nil
        }
        guard count <= UInt64(countLimit) else { return reader.tooLarge() }
        var entries: [(name: String, directory: UInt64)] = []
        for _ in 0..<count {
            var entry = (name: "", directory: UInt64(0))
            for format in formats {
                guard let value = reader.value(format.form, encoding, &cursor) else { return nil }
                switch (format.content, value) {
                case (1, _):
                    entry.name = reader.text(value) ?? ""
                    guard isTaken(entry.name, reader) else { return reader.tooLarge() }
                case (2, .number(let number)): entry.directory = number
                default: break
                }
            }
            entries.append(entry)
        }
        return entries
    }

    /// Whether a name is short enough, and there is room for it beside all others.
    private static func isTaken(_ name: String, _ reader: UnitReader) -> Bool {
        name.utf8.count <= nameLimit && reader.takePath(name.utf8.count)
    }

    /// The path of a file; nil where there is no room for it beside all others.
    private static func joined(
        _ directory: String?,
        _ name: String,
        _ reader: UnitReader
    ) -> String? {
        guard let directory, !directory.isEmpty, !name.hasPrefix("/") else { return name }
        let path = "\(directory)/\(name)"
        return reader.takePath(path.utf8.count) ? path : nil
    }
}
