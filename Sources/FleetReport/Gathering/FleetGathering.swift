internal import Glibc
internal import Provisioning
internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

/// Reads reports one at a time into a fleet.
package struct FleetGathering {
    /// The largest report, in bytes.
    static let largestReport = 4 << 20
    /// The largest aggregate that is read back, in bytes.
    private static let largestAggregate = 256 << 20
    /// How deep directories are searched.
    private static let deepestDirectory = 8

    /// An aggregate that was written, and the digest of its document.
    package typealias Saved = (fleet: Fleet, digest: SHA256Digest)

    /// The time that ages are counted from.
    let now: UTCTime
    /// Whether somebody has said that time; an aggregate that was written has its own.
    let isNowGiven: Bool
    /// How old a report may be, in seconds; nil where nothing was said.
    let staleAfter: Int?
    let knowledge: FleetKnowledge
    /// Whether an aggregate that was written is to be judged again by ``knowledge``.
    let isKnowledgeGiven: Bool
    let expectedNames: [String]?
    /// The aggregate before this one.
    package private(set) var previous: Saved?
    /// Tells something that is neither a result nor an error.
    let note: (String) -> Void
    /// Called for each document that is read.
    let onDocument: () -> Void
    /// Whether ages are counted from the time of the reports themselves.
    private var isOfAnEarlierTime = false

    /// Gathering with what the command line says.
    ///
    /// - Parameters:
    ///   - now: The time that ages are counted from.
    ///   - isNowGiven: Whether somebody has said that time.
    ///   - staleAfter: How old a report may be, in seconds; nil where nothing was said.
    ///   - knowledge: What is known about versions.
    ///   - isKnowledgeGiven: Whether an aggregate that was written is to be judged again by it.
    ///   - expectedNames: The names of all hosts, if they are known.
    ///   - previous: The aggregate before this one.
    ///   - note: Takes what is neither a result nor an error.
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

    /// The same for what is to be compared with something later: judged by the time that it is of.
    package var ofAnEarlierTime: FleetGathering {
        var gathering = self
        gathering.isOfAnEarlierTime = true
        gathering.previous = nil
        return gathering
    }

    /// Reads all of `inputs`.
    ///
    /// - Throws: ``Failure`` where an input that was named cannot be read at all; what is wrong with
    ///   a single report is told in the fleet.
    package func fleet(of inputs: [String]) throws(Failure) -> Fleet {
        if inputs.count == 1, let saved = try savedFleet(inputs[0]) {
            return try judgedAgain(saved)
        }
        // Aggregates of several sites become one; the reports in them are judged by this gotoolprov.
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
        if isOfAnEarlierTime { builder.countAgesFromNewestReport() }
        return try builder.sealed(previous: previous?.digest, sha256: Self.digest)
    }

    /// What was added up before, judged by what was said this time; as it was where nothing was said.
    private func judgedAgain(_ saved: Fleet) throws(Failure) -> Fleet {
        let fleet = saved.judgedAgain(
            at: isNowGiven && !isOfAnEarlierTime ? now : nil,
            staleAfter: staleAfter,
            by: isKnowledgeGiven ? knowledge : nil,
            expecting: expectedNames
        )
        guard let previous else { return fleet }
        return try fleet.sealedAgain(previous: previous.digest, sha256: Self.digest)
    }

    /// Computes a digest in the form that sealing requires.
    ///
    /// - Throws: ``Failure`` where this host cannot.
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

    /// The directory in which Ansible's playbook and `Scripts/deploy/fleet-ssh` keep reports, each under the
    /// name that its host has in the inventory.
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
                    // What was made of these reports before, or of others: to be named if it counts.
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
                guard depth < Self.deepestDirectory else {
                    builder.noteInvalid(inner, because: "too many nested directories")
                    continue
                }
                try addDirectory(inner, depth: depth + 1, to: &builder)
            } else {
                // Links to directories are skipped too: they can form a loop.
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
        let name = String((path.split(byte: "/").last ?? path).dropLast(".json".count))
        let origin: ReportOrigin = isOfInventory ? .inventory(name) : .file(name)
        do {
            guard let bytes = try FileSystem.contents(of: path, limit: Self.largestReport + 1)
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
        guard bytes.count <= Self.largestReport else {
            builder.noteInvalid(name, because: "larger than \(ByteCount(Self.largestReport))")
            return
        }
        builder.add(bytes, named: name, from: origin, digest: try? SHA256Digest(of: bytes))
    }

    // MARK: JSON Lines

    /// Adds the documents in a file; a pipe or a device only where somebody has named it, because
    /// an entry of a directory must not block the command or supply data without end.
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
        var splitter = DocumentSplitter(limit: Self.largestReport)
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

    // MARK: Aggregates

    private func savedFleet(_ path: String) throws(Failure) -> Fleet? {
        guard path != "-", Self.isAggregate(path) else { return nil }
        return try Self.saved(path).fleet
    }

    private static func isAggregate(_ path: String) -> Bool {
        guard let start = try? FileSystem.contents(of: path, limit: 256) else { return false }
        // Of any version: one that cannot be read is named as such.
        return String(decoding: start, as: UTF8.self).contains("\"gotoolprov.fleet/")
    }

    /// Reads an aggregate that was written.
    ///
    /// - Throws: ``Failure`` if the file is unreadable or not an aggregate.
    package static func saved(_ path: String) throws(Failure) -> Saved {
        let bytes: [UInt8]?
        do {
            bytes = try FileSystem.contents(of: path, limit: largestAggregate + 1)
        } catch {
            throw unreadable(path, error)
        }
        guard let bytes, bytes.count <= largestAggregate else {
            throw Failure(
                .unavailable,
                bytes == nil ? "the aggregate does not exist" : "the aggregate is too large",
                facts: [.init("file", path)]
            )
        }
        do {
            return (try Fleet(parsing: bytes), try SHA256Digest(of: bytes))
        } catch {
            throw Failure(
                .integrity,
                "the aggregate is invalid",
                facts: [.init("file", path), .init("because", "\(error)")]
            )
        }
    }

    // MARK: Names

    /// The names in a file, one per line; empty lines and lines that begin with `#` are skipped.
    package static func names(in path: String) throws(Failure) -> [String] {
        let bytes: [UInt8]?
        do {
            bytes = try FileSystem.contents(of: path, limit: 64 << 20)
        } catch {
            throw unreadable(path, error)
        }
        guard let bytes else {
            throw Failure(.unavailable, "the file does not exist", facts: [.init("file", path)])
        }
        return String(decoding: bytes, as: UTF8.self).split { $0.isNewline }
            .map { line in
                let start = line.drop { $0.isWhitespace }
                let end = start.lastIndex { !$0.isWhitespace }
                return end.map { String(start[...$0]) } ?? ""
            }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
    }

    private static func unreadable(_ path: String, _ error: any Error) -> Failure {
        let reason = (error as? FileError).map { "\($0.errno)" } ?? "\(error)"
        return Failure(
            .unavailable,
            "cannot read the input",
            facts: [.init("path", path), .init("because", reason)]
        )
    }
}
