internal import Glibc
internal import Provisioning
internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

/// Reads reports into a fleet, one at a time.
package struct FleetGathering {
    /// The maximum size of a report, in bytes.
    static let maximumReportSize = 4 << 20
    /// The maximum size of an aggregate that is read, in bytes.
    static let maximumAggregateSize = 256 << 20
    /// The maximum size of a file with the names of hosts, in bytes.
    private static let maximumNamesSize = 64 << 20
    /// The maximum depth of nested directories.
    private static let maximumDepth = 8

    /// A saved aggregate and the digest of its document.
    package typealias Saved = (fleet: Fleet, digest: SHA256Digest)

    /// The time that ages are counted from.
    let now: UTCTime
    /// Whether the user specified ``now``.
    ///
    /// If not, a saved aggregate keeps its own time.
    let isNowGiven: Bool
    /// The maximum age of a report in seconds, or `nil` if the user did not specify it.
    let staleAfter: Int?
    let knowledge: FleetKnowledge
    /// Whether a saved aggregate is reassessed with ``knowledge``.
    let isKnowledgeGiven: Bool
    let expectedNames: [String]?
    /// The previous aggregate.
    package private(set) var previous: Saved?
    /// Reports a message that is neither a result nor an error.
    let note: (String) -> Void
    /// Called for each document that is read.
    let onDocument: () -> Void
    /// Whether ages are counted from the newest report.
    private var countsAgesFromNewestReport = false

    /// Creates a gathering with the options of the command line.
    ///
    /// - Parameters:
    ///   - now: The time that ages are counted from.
    ///   - isNowGiven: Whether the user specified that time.
    ///   - staleAfter: The maximum age of a report in seconds, or `nil` if the user did not specify
    ///     it.
    ///   - knowledge: The data that versions are assessed with.
    ///   - isKnowledgeGiven: Whether a saved aggregate is reassessed with it.
    ///   - expectedNames: The names of all hosts, if known.
    ///   - previous: The previous aggregate.
    ///   - note: Receives messages that are neither results nor errors.
    ///   - onDocument: Called for each document that is read.
    package init(
        now: UTCTime,
        isNowGiven: Bool,
        staleAfter: Int?,
        knowledge: FleetKnowledge,
        isKnowledgeGiven: Bool,
        expectedNames: [String]?,
        previous: Saved?,
        note: @escaping (String) -> Void,
        onDocument: @escaping () -> Void
    ) {
        self.now = now
        self.isNowGiven = isNowGiven
        self.staleAfter = staleAfter
        self.knowledge = knowledge
        self.isKnowledgeGiven = isKnowledgeGiven
        self.expectedNames = expectedNames
        self.previous = previous
        self.note = note
        self.onDocument = onDocument
    }

    /// The same gathering for an older fleet to compare with, whose ages are counted from its
    /// newest report.
    package var countingAgesFromNewestReport: FleetGathering {
        var gathering = self
        gathering.countsAgesFromNewestReport = true
        gathering.previous = nil
        return gathering
    }

    /// Reads all inputs into a fleet.
    ///
    /// - Throws: ``Failure`` if an input cannot be read at all. Invalid reports are recorded in the
    ///   fleet instead.
    package func fleet(of inputs: [String]) throws(Failure) -> Fleet {
        if inputs.count == 1, let saved = try savedFleet(inputs[0]) {
            return try reassessed(saved)
        }
        // Aggregates of several sites are merged. Their hosts are assessed with the data of this
        // run.
        var builder = FleetBuilder(
            now: now,
            staleAfter: staleAfter ?? 86400,
            generator: "gotoolprov \(ProgramIdentity.version)",
            knowledge: knowledge
        )
        for input in inputs {
            if input == "-" {
                try addLines(of: .standardInput, named: "standard input", to: &builder)
            } else {
                try add(input, to: &builder)
            }
        }
        if let expectedNames { builder.expect(expectedNames) }
        if countsAgesFromNewestReport { builder.countAgesFromNewestReport() }
        return try builder.sealed(previous: previous?.digest, sha256: Self.digest)
    }

    /// Returns a saved aggregate, reassessed with the values that the user specified.
    private func reassessed(_ saved: Fleet) throws(Failure) -> Fleet {
        let fleet = saved.reassessed(
            at: isNowGiven && !countsAgesFromNewestReport ? now : nil,
            staleAfter: staleAfter,
            by: isKnowledgeGiven ? knowledge : nil,
            expecting: expectedNames
        )
        guard let previous else { return fleet }
        return try fleet.resealed(previous: previous.digest, sha256: Self.digest)
    }

    /// Computes a digest, with a typed error as sealing requires.
    ///
    /// - Throws: ``Failure`` if OpenSSL does not provide SHA-256.
    package static func digest(_ bytes: [UInt8]) throws(Failure) -> SHA256Digest {
        do {
            return try SHA256Digest(of: bytes)
        } catch {
            throw Failure(.defect, "cannot compute a digest", facts: [.init("because", "\(error)")])
        }
    }

    // MARK: Inputs

    private func add(_ path: String, to builder: inout FleetBuilder) throws(Failure) {
        let isDirectory: Bool
        do {
            isDirectory = try FileSystem.isDirectory(path)
            guard try isDirectory || FileSystem.kind(of: path) != nil else {
                throw Failure(
                    .unavailable,
                    "the input does not exist",
                    facts: [.init("path", path)]
                )
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Self.unreadable(path, error)
        }
        if isDirectory {
            try addDirectory(path, depth: 0, to: &builder)
        } else if Self.holdsLines(path) {
            try addLines(ofFile: path, isNamed: true, to: &builder)
        } else if let saved = try savedFleet(path) {
            builder.add(saved)
        } else {
            let parts = path.split(byte: "/")
            var directory = parts.count > 1 ? parts[parts.count - 2] : "."
            if directory == "." || directory == ".." {
                let parent = parts.dropLast().joined(separator: "/")
                let real = FileSystem.withoutLinks(
                    path.hasPrefix("/") ? "/\(parent)" : "./\(parent)"
                )
                directory = real?.split(byte: "/").last ?? directory
            }
            addReport(path, isOfInventory: directory == Self.inventory, to: &builder)
        }
    }

    /// The directory in which the Ansible playbook and `Scripts/deploy/fleet-ssh` store reports,
    /// each under the host's name in the inventory.
    private static let inventory = "hosts"

    private static func holdsLines(_ name: String) -> Bool {
        let name = name.lowercased()
        return name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson")
    }

    private func addDirectory(
        _ path: String,
        depth: Int,
        to builder: inout FleetBuilder
    ) throws(Failure) {
        let names: [String]
        do {
            names = try FileSystem.names(in: path) ?? []
        } catch {
            guard depth > 0 else { throw Self.unreadable(path, error) }
            builder.noteInvalid(path, because: "cannot read the directory: \(error)")
            return
        }
        let isInventory =
            (FileSystem.withoutLinks(path) ?? path).split(byte: "/").last == Self.inventory
        var skipped: [String] = []
        for name in names where !name.hasPrefix(".") {
            let inner = "\(path)/\(name)"
            if name.lowercased().hasSuffix(".json") {
                if Self.isAggregate(inner) {
                    // An aggregate of these or other reports. It counts only if it is named on the
                    // command line.
                    skipped.append(name.withVisibleControls)
                } else {
                    addReport(inner, isOfInventory: isInventory, to: &builder)
                }
            } else if Self.holdsLines(name) {
                do {
                    try addLines(ofFile: inner, isNamed: false, to: &builder)
                } catch {
                    builder.noteInvalid(inner, because: error.message)
                }
            } else if (try? FileSystem.kind(of: inner)) == .directory {
                guard depth < Self.maximumDepth else {
                    builder.noteInvalid(inner, because: "too many nested directories")
                    continue
                }
                try addDirectory(inner, depth: depth + 1, to: &builder)
            } else {
                // Links to directories are skipped because they can form a loop.
                skipped.append(name.withVisibleControls)
            }
        }
        guard !skipped.isEmpty else { return }
        let more = skipped.count > 5 ? ", and \(skipped.count - 5) more" : ""
        note(
            "skipped in \(path.withVisibleControls): "
                + "\(skipped.prefix(5).joined(separator: ", "))\(more)"
        )
    }

    private func addReport(_ path: String, isOfInventory: Bool, to builder: inout FleetBuilder) {
        let file = path.split(byte: "/").last ?? path
        let name = file.lowercased().hasSuffix(".json") ? String(file.dropLast(5)) : file
        let origin: ReportOrigin = isOfInventory ? .inventory(name) : .file(name)
        do {
            guard let bytes = try FileSystem.contents(of: path, limit: Self.maximumReportSize + 1)
            else {
                builder.noteInvalid(path, because: "the file has disappeared")
                return
            }
            add(bytes, named: path, from: origin, to: &builder)
        } catch {
            builder.noteInvalid(path, because: "cannot read the file: \(error.errno)")
        }
    }

    private func add(
        _ bytes: [UInt8],
        named name: String,
        from origin: ReportOrigin,
        to builder: inout FleetBuilder
    ) {
        onDocument()
        guard bytes.count <= Self.maximumReportSize else {
            builder.noteInvalid(name, because: "larger than \(ByteCount(Self.maximumReportSize))")
            return
        }
        builder.add(bytes, named: name, from: origin, digest: try? SHA256Digest(of: bytes))
    }

    // MARK: JSON Lines

    /// Adds the documents in a file.
    ///
    /// A pipe or device is read only if it is named on the command line, because an entry of a
    /// directory must not block the command or supply endless data.
    private func addLines(
        ofFile path: String,
        isNamed: Bool,
        to builder: inout FleetBuilder
    ) throws(Failure) {
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(
                FilePath(path),
                .readOnly,
                options: isNamed ? .closeOnExec : [.closeOnExec, .nonBlocking]
            )
        } catch {
            throw Self.unreadable(path, error)
        }
        defer { try? file.close() }
        guard isNamed || Self.isRegular(file) else {
            throw Failure(.unavailable, "not a regular file", facts: [.init("path", path)])
        }
        try addLines(of: file, named: path, to: &builder)
    }

    private func addLines(
        of file: FileDescriptor,
        named name: String,
        to builder: inout FleetBuilder
    ) throws(Failure) {
        var splitter = DocumentSplitter(limit: Self.maximumReportSize)
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count: Int
            do {
                count = try unsafe buffer.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
            } catch {
                throw Self.unreadable(name, error)
            }
            guard count > 0 else { break }
            add(splitter.documents(completedBy: buffer[..<count]), of: name, to: &builder)
        }
        add(splitter.finish(), of: name, to: &builder)
    }

    private func add(
        _ documents: [DocumentSplitter.Document],
        of name: String,
        to builder: inout FleetBuilder
    ) {
        for document in documents {
            add(
                document.bytes,
                named: "\(name), line \(document.line)",
                from: .stream,
                to: &builder
            )
        }
    }

    private static func isRegular(_ file: FileDescriptor) -> Bool {
        var status = stat()
        return unsafe fstat(file.rawValue, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    // MARK: Names

    /// Returns the names in a file, one per line.
    ///
    /// Empty lines and lines that begin with `#` are skipped.
    ///
    /// - Throws: ``Failure`` of kind `unavailable` if the file cannot be read, does not exist, or is too large:
    ///   hosts whose names were cut off would not be missed.
    package static func names(in path: String) throws(Failure) -> [String] {
        let bytes: [UInt8]?
        do {
            bytes = try FileSystem.contents(of: path, limit: maximumNamesSize + 1)
        } catch {
            throw unreadable(path, error)
        }
        guard let bytes else {
            throw Failure(.unavailable, "the file does not exist", facts: [.init("file", path)])
        }
        guard bytes.count <= maximumNamesSize else {
            throw Failure(
                .unavailable,
                "the list of host names is too large",
                facts: [.init("file", path), .init("limit", ByteCount(maximumNamesSize))]
            )
        }
        return String(decoding: bytes, as: UTF8.self).split { $0.isNewline }
            .map { line in
                let start = line.drop { $0.isWhitespace }
                let end = start.lastIndex { !$0.isWhitespace }
                return end.map { String(start[...$0]) } ?? ""
            }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
    }

    static func unreadable(_ path: String, _ error: any Error) -> Failure {
        let reason = (error as? FileError).map { "\($0.errno)" } ?? "\(error)"
        return Failure(
            .unavailable,
            "cannot read the input",
            facts: [.init("path", path), .init("because", reason)]
        )
    }
}
