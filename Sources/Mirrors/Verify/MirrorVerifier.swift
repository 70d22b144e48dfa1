package import Provisioning
package import ToolchainCore
internal import ToolchainHost

/// The result of `mirror verify`.
package struct MirrorVerification: Sendable {
    /// The absolute path of the mirror.
    package let directory: String
    /// The number of listed archives.
    package let archiveCount: Int
    /// The number of files that were read.
    package let fileCount: Int
    /// Their size in bytes.
    package let byteCount: Int
    /// What needs attention, sorted by path.
    package let findings: [MirrorFinding]

    /// Whether a file is not what it should be.
    package var isModified: Bool { findings.contains { !$0.problem.isUnknown } }

    /// Whether something could not be verified.
    package var isIncomplete: Bool { findings.contains(where: \.problem.isUnknown) }
}

/// Verifies a mirror: every file is read once, on all processors, and nothing is changed.
package struct MirrorVerifier {
    /// The checks; each file belongs to one of them, or is unlisted.
    package static let checks: [any MirrorCheck] = [
        ArchiveCheck(), ProofCheck(), ModuleCheck(), LogCheck(), SiteCheck(), PageCheck(),
    ]

    private let tree: MirrorTree
    private let session: Session
    private let isDeep: Bool
    private let threadCount: Int

    /// Creates a verifier.
    ///
    /// - Parameters:
    ///   - tree: The mirror.
    ///   - session: The run.
    ///   - isDeep: Whether archives are read completely, even if catalogs pin their digests.
    ///   - threadCount: The number of threads that hash; nil for one for each processor.
    package init(_ tree: MirrorTree, _ session: Session, isDeep: Bool, threadCount: Int?) {
        self.tree = tree
        self.session = session
        self.isDeep = isDeep
        self.threadCount = threadCount ?? TreeDigester.processorCount
    }

    /// Verifies the mirror; waits for a process that changes it.
    ///
    /// - Returns: The result.
    /// - Throws: ``Failure`` if the index cannot be read, the run is interrupted, or a proof reveals that the log
    ///   is forked.
    package func verify() throws(Failure) -> MirrorVerification {
        do {
            return try tree.undisturbed(session) { try examine() }
        } catch {
            throw tree.failure(for: error, session)
        }
    }

    private func examine() throws -> MirrorVerification {
        let index = try tree.index()
        let contents: TreeDigester.Contents
        do {
            contents = try TreeDigester(
                root: tree.path,
                omittingDirectories: [MirrorTree.workName],
                files: [],
                threadCount: threadCount,
                batchSize: 1,
                byteCount: index.byteCount,
                monitor: session.monitor("the mirror")
            ).contents()
        } catch let error as FileError {
            throw Failure(reading: error, what: "cannot read the mirror")
        }
        let mirror = MirrorContents(tree, index, contents.files, isDeep: isDeep, session)
        var findings = Self.findings(in: contents)
        for check in Self.checks { findings += try check.findings(in: mirror) }
        for path in mirror.files.keys
        where !Self.checks.contains(where: { $0.covers(path, in: mirror) }) {
            findings.append(MirrorFinding(path, .unlisted))
        }
        return MirrorVerification(
            directory: tree.path,
            archiveCount: index.count,
            fileCount: contents.files.count,
            byteCount: contents.files.reduce(0) { $0.saturatingPlus($1.byteCount) },
            findings: findings.sortedWithoutRepetitions
        )
    }

    /// What cannot be part of a mirror, and what could not be read.
    private static func findings(in contents: TreeDigester.Contents) -> [MirrorFinding] {
        var findings = contents.others.map { MirrorFinding($0, .notAFile) }
        findings += contents.mounts.map { MirrorFinding($0, .notAFile, "a mount point") }
        findings += contents.unreadable.map { MirrorFinding($0.path, .unreadable, $0.reason) }
        if contents.exceedsGo {
            findings.append(MirrorFinding(".", .unreadable, "too many or too large files"))
        }
        return findings
    }
}

extension [MirrorFinding] {
    /// One finding for each path and problem, sorted by path; the one with details is kept.
    fileprivate var sortedWithoutRepetitions: [MirrorFinding] {
        let sorted = sorted {
            ($0.path, $0.problem.rawValue, $1.detail) < ($1.path, $1.problem.rawValue, $0.detail)
        }
        // There may be many, so each is compared with the one before it only.
        return sorted.reduce(into: []) { kept, finding in
            if kept.last?.path != finding.path || kept.last?.problem != finding.problem {
                kept.append(finding)
            }
        }
    }
}
