package import ToolchainCore
internal import ToolchainHost

/// Compares trees with their receipts, and receipts with the catalogs, without changing anything.
package struct Verifier: Sendable {
    let store: Store
    let supply: Supply

    package init(_ store: Store, _ supply: Supply) {
        self.store = store
        self.supply = supply
    }

    /// Compares one tree with its receipt, and the receipt with the catalogs.
    ///
    /// - Parameters:
    ///   - installed: The installation.
    ///   - isQuick: Whether to compare only types, modes and sizes, and not contents.
    /// - Returns: The verdict and the differences.
    /// - Throws: ``Failure`` if a signal interrupts the comparison.
    package func verify(
        _ installed: Installed<Installation>,
        isQuick: Bool
    ) throws(Failure) -> Verification {
        let pin = installed.state.receipt.map { supply.pinComparison(of: $0) }
        func result(
            _ verdict: Verification.Verdict,
            _ differences: [TreeVerifier.Difference] = [],
            fileCount: Int = 0
        ) -> Verification {
            Verification(
                installation: installed.installation,
                path: installed.path,
                verdict: verdict,
                differences: differences,
                fileCount: fileCount,
                pin: pin
            )
        }
        let receipt: Receipt
        switch installed.state {
        case .installed(let found), .incomplete(let found, _): receipt = found
        case .foreign: return result(.unknown(reason: "gotoolprov did not install it"))
        case .unknown(let reason): return result(.unknown(reason: reason))
        case .damaged(let reason):
            if let difference = ownerDifference(installed.path) {
                return result(.corrupted, [difference])
            }
            return result(.unchecked(reason: reason))
        case .halfRemoved:
            return result(.unknown(reason: "its removal was interrupted; remove it again"))
        }
        do {
            guard let index = try index(of: installed.path, receipt) else {
                return result(.unchecked(reason: "its index does not match its receipt"))
            }
            var differences = try differences(
                installed.path,
                from: index,
                receipt: receipt,
                isQuick: isQuick
            )
            if case .different(let pinned) = pin {
                differences.append(
                    TreeVerifier.Difference(
                        Installations.Name.receipt,
                        .archive,
                        "pinned sha256 \(pinned.digest), found \(receipt.archiveDigest)"
                    )
                )
            }
            if differences.contains(where: { $0.kind != .unreadable }) {
                return result(.corrupted, differences, fileCount: index.fileCount)
            }
            guard differences.isEmpty else {
                return result(
                    .unchecked(reason: "some files cannot be read"),
                    differences,
                    fileCount: index.fileCount
                )
            }
            return result(.clean, fileCount: index.fileCount)
        } catch let error as ProgressMonitor.Interrupted {
            throw Failure(verifying: error)
        } catch let error as FileError {
            return result(.unchecked(reason: "\(error.path): \(error.errno)"))
        } catch let error as TreeIndex.ParsingError {
            return result(.unchecked(reason: "line \(error.line) of its index is invalid"))
        } catch {
            return result(.unchecked(reason: "\(error)"))
        }
    }

    /// Reads the index of a tree; returns `nil` if it does not exist or does not match the receipt.
    ///
    /// - Throws: ``FileError``, or ``TreeIndex/ParsingError`` for an invalid index.
    func index(of goRoot: String, _ receipt: Receipt) throws -> TreeIndex? {
        guard let bytes = try Self.indexBytes(in: goRoot),
            try SHA256Digest(of: bytes) == receipt.index.digest
        else { return nil }
        return try TreeIndex(parsing: bytes)
    }

    /// Reads the index of a tree, for which nothing vouches yet.
    ///
    /// - Returns: The bytes; `nil` if the file does not exist or is larger than any index.
    /// - Throws: ``FileError``.
    static func indexBytes(in goRoot: String) throws(FileError) -> [UInt8]? {
        let limit = TreeIndex.maximumByteCount
        let bytes = try DirectoryHandle.opening(goRoot).lookup(Installations.Name.bookkeeping)
            .contents(of: Installations.Name.indexFile, limit: limit + 1)
        return bytes.flatMap { $0.count <= limit ? $0 : nil }
    }

    /// The users who may own a tree: this one and root; with `--trust-roots`, also the owner of the
    /// store, or anyone, `nil`, if a group shares it, because the group's members are not known.
    private var trustedOwners: Set<UInt32>? {
        let owners: Set<UInt32> = [0, FileSystem.currentUser]
        guard store.session.allowance.trustsRoots,
            let access = try? FileSystem.access(to: store.installations.root)
        else {
            return owners
        }
        return FileSystem.isShared(store.installations.root) ? nil : owners.union([access.owner])
    }

    /// Returns the difference of a tree that belongs to a user who may not own it, or `nil`.
    private func ownerDifference(_ root: String) -> TreeVerifier.Difference? {
        guard let owners = trustedOwners,
            let owner = (try? FileSystem.owner(of: root, followingLinks: false)) ?? nil,
            !owners.contains(owner)
        else { return nil }
        let expected = owners.sorted().map(String.init).joined(separator: " or ")
        return TreeVerifier.Difference(".", .owner, "expected user \(expected), found \(owner)")
    }

    /// Returns all differences between a managed tree and its expected contents: the files of the
    /// archive, and golang.org/dl's marker, without which other tools consider the tree incomplete.
    func differences(
        _ root: String,
        from index: TreeIndex,
        receipt: Receipt,
        isQuick: Bool = false
    ) throws -> [TreeVerifier.Difference] {
        let marker = TreeIndex.Entry(
            path: Installations.Name.unpacked,
            mode: 0o644,
            kind: .file(byteCount: 0, digest: try SHA256Digest(of: []))
        )
        return try TreeVerifier(
            root: root,
            // golang.org/dl leaves the archive in the tree, so an adopted tree may contain it.
            reserved: [Installations.Name.bookkeeping, receipt.archiveName],
            owners: trustedOwners,
            monitor: store.session.monitor(receipt.installation.name)
        ).differences(from: TreeIndex(index.entries + [marker]), reading: !isQuick)
    }
}
