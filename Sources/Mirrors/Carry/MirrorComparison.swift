package import Provisioning
package import ToolchainCore
package import ToolchainHost

/// The files of two mirrors, compared by their contents.
package struct MirrorComparison: Sendable {
    /// How the mirrors differ in a file.
    package enum Difference: String, Hashable, Sendable, CaseIterable {
        /// Only the first mirror has it.
        case onlyInFirst = "only-in-first"
        /// Only the second mirror has it.
        case onlyInSecond = "only-in-second"
        /// Both have it, with different contents.
        case different
        /// It cannot be read in one of them, so it is unknown whether it differs.
        case unknown
    }

    /// A file, or a directory that could not be read.
    package struct Entry: Hashable, Sendable {
        /// The path in the mirrors.
        package let path: String
        package let difference: Difference
        /// The file in the first mirror; nil if it has none or it cannot be read.
        package let first: TreeDigester.File?
        /// The file in the second mirror; nil if it has none or it cannot be read.
        package let second: TreeDigester.File?
        /// Why it is unknown; empty otherwise.
        package let detail: String
    }

    /// The absolute path of the first mirror.
    package let first: String
    /// The absolute path of the second mirror.
    package let second: String
    /// The number of files that both have with the same contents.
    package let commonCount: Int
    /// What differs or is unknown, sorted by path.
    package let entries: [Entry]

    /// Whether the mirrors are known to differ.
    package var isDifferent: Bool { entries.contains { $0.difference != .unknown } }

    /// Whether something could not be compared.
    package var isIncomplete: Bool { entries.contains { $0.difference == .unknown } }

    /// Compares trees that have been read.
    package init(
        _ first: (path: String, contents: TreeDigester.Contents),
        _ second: (path: String, contents: TreeDigester.Contents)
    ) {
        self.first = first.path
        self.second = second.path
        let ours = Self.files(first.contents)
        let theirs = Self.files(second.contents)
        var unknown: [String: String] = [:]
        for (path, contents) in [second, first] {
            for (name, reason) in Self.unknown(contents) { unknown[name] = "\(path): \(reason)" }
        }
        func isUnknown(_ path: String) -> Bool {
            guard !unknown.isEmpty else { return false }
            if unknown["."] != nil || unknown[path] != nil { return true }
            // A file below a directory that could not be read.
            return path.utf8.indices.contains { index in
                path.utf8[index] == UInt8(ascii: "/") && unknown[String(path[..<index])] != nil
            }
        }
        var entries = unknown.map { path, reason in
            Entry(
                path: path,
                difference: .unknown,
                first: ours[path],
                second: theirs[path],
                detail: reason
            )
        }
        var commonCount = 0
        for path in Set(ours.keys).union(theirs.keys) {
            let one = ours[path]
            let other = theirs[path]
            let difference: Difference
            switch (one, other) {
            case (let one?, let other?):
                guard one.digest != other.digest else {
                    commonCount += 1
                    continue
                }
                difference = .different
            case (_?, nil): difference = .onlyInFirst
            case (nil, _): difference = .onlyInSecond
            }
            guard difference == .different || !isUnknown(path) else { continue }
            entries.append(
                Entry(path: path, difference: difference, first: one, second: other, detail: "")
            )
        }
        self.commonCount = commonCount
        self.entries = entries.sorted { $0.path.precedesByBytes($1.path) }
    }

    private static func files(_ contents: TreeDigester.Contents) -> [String: TreeDigester.File] {
        Dictionary(contents.files.map { ($0.path, $0) }) { first, _ in first }
    }

    /// What of a tree was not read, with the reasons.
    private static func unknown(_ contents: TreeDigester.Contents) -> [(String, String)] {
        var unknown = contents.unreadable.map { ($0.path, $0.reason) }
        unknown += contents.others.map { ($0, "not a regular file") }
        unknown += contents.mounts.map { ($0, "a mount point") }
        if contents.exceedsGo { unknown.append((".", "too many or too large files")) }
        return unknown
    }

    /// Reads two mirrors and compares them; waits for processes that change them.
    ///
    /// Work in progress is not part of a mirror, and is skipped.
    ///
    /// - Throws: ``Failure`` if one is damaged, cannot be read, or the run is interrupted.
    package static func comparing(
        _ first: MirrorTree,
        _ second: MirrorTree,
        _ session: Session
    ) throws(Failure) -> MirrorComparison {
        MirrorComparison(
            (first.path, try first.contents(session)),
            (second.path, try second.contents(session))
        )
    }
}

extension MirrorTree {
    /// Hashes all files but work in progress.
    fileprivate func contents(_ session: Session) throws(Failure) -> TreeDigester.Contents {
        do {
            return try undisturbed(session) {
                do {
                    return try TreeDigester(
                        root: path,
                        omittingDirectories: [Self.workName],
                        files: [],
                        threadCount: TreeDigester.processorCount,
                        batchSize: 1,
                        byteCount: try index().byteCount,
                        monitor: session.monitor(path)
                    ).contents()
                } catch let error as FileError {
                    throw Failure(reading: error, what: "cannot read the mirror")
                }
            }
        } catch {
            throw failure(for: error, session)
        }
    }
}
