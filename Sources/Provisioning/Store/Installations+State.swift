internal import SystemPackage
package import ToolchainCore
package import ToolchainHost

/// Reading the state of an installation.
///
/// Trees are opened relative to the directory handle of the store, without following links: the target
/// of a link is not managed, and must not be taken for a managed tree, least of all for a half-removed
/// one, which the next run deletes.
extension Installations {
    /// Returns the state of `installation`, or `nil` if nothing exists at its path.
    ///
    /// For a managed tree, this reads its receipt and the status of its program; it does not traverse
    /// the tree.
    ///
    /// - Throws: ``FileError`` if the state cannot be read.
    package func state(of installation: Installation) throws(FileError) -> InstallationState? {
        guard let directory = try directory() else { return nil }
        return try state(of: installation, in: directory)
    }

    func state(
        of installation: Installation,
        in directory: DirectoryHandle
    ) throws(FileError) -> InstallationState? {
        var attempts = 0
        while true {
            let tree: DirectoryHandle
            do {
                tree = try directory.lookup(installation.name)
            } catch  where error.errno == .noSuchFileOrDirectory {
                return nil
            } catch  where error.errno == .notDirectory {
                return try stateOfOther(installation, in: directory)
            }
            attempts += 1
            do {
                let state = try state(of: installation, at: tree, in: directory)
                if case .installed = state { return state }
                // Another process may have moved or replaced the tree in the meantime.
                if try directory.contains(tree, named: installation.name) { return state }
                if attempts == 100 { return state }
            } catch  where error.errno == .noSuchFileOrDirectory && attempts < 100 {
                // Another process is deleting the tree.
            }
        }
    }

    /// Returns the state of an entry that has a tree's name but is not a directory.
    private func stateOfOther(
        _ installation: Installation,
        in directory: DirectoryHandle
    ) throws(FileError) -> InstallationState? {
        switch try directory.kind(of: installation.name) {
        case nil: return nil
        case .symbolicLink:
            // A link to a foreign Go, which can be used and is never modified.
            let mark = "\(path(of: installation))/\(Name.unpacked)"
            return try FileSystem.kind(of: mark) != nil
                ? .foreign : .unknown(reason: "it is a symbolic link")
        case .directory, .file, .other: return .unknown(reason: "it is not a directory")
        }
    }

    private func state(
        of installation: Installation,
        at tree: DirectoryHandle,
        in directory: DirectoryHandle
    ) throws(FileError) -> InstallationState {
        switch try tree.kind(of: Name.bookkeeping) {
        case .directory:
            let bookkeeping = try tree.lookup(Name.bookkeeping)
            let hazard = try hazard(of: tree, bookkeeping, in: directory)
            if let hazard, try bookkeeping.kind(of: Name.receiptFile) != nil {
                return .damaged(reason: "its receipt is not trusted: \(hazard)")
            }
            if let state = try receiptState(bookkeeping, of: installation, at: tree) {
                return state
            }
            // Otherwise another user could have a tree deleted.
            if hazard == nil, try bookkeeping.kind(of: Name.removalFile) == .file,
                try tree.kind(of: Name.unpacked) == nil
            {
                return .halfRemoved
            }
            if try tree.names() == [FileName(Name.bookkeeping)],
                try bookkeeping.names().isEmpty
            {
                // Only an empty bookkeeping directory is left: the removal was almost complete.
                return .halfRemoved
            }
        case nil: if try tree.names().isEmpty { return .halfRemoved }
        case .symbolicLink, .file, .other:
            if try tree.kind(of: Name.unpacked) == nil {
                return .unknown(reason: "its \(Name.bookkeeping) is not a directory")
            }
        }
        return try tree.kind(of: Name.unpacked) != nil
            ? .foreign : .unknown(reason: "it has no completion marker")
    }

    /// Returns why the receipt of a tree cannot be trusted, or `nil`: another user can change it.
    ///
    /// The tree may belong to this user, root, or the owner of the SDK directory, who can replace it; to
    /// anyone if a group shares the SDK directory, because the group's members are not known.
    private func hazard(
        of tree: DirectoryHandle,
        _ bookkeeping: DirectoryHandle,
        in directory: DirectoryHandle
    ) throws(FileError) -> PathHazard? {
        let owner = try tree.owner()
        let trusted = [0, FileSystem.currentUser, try directory.owner()]
        guard trusted.contains(owner) || FileSystem.isShared(root) else {
            return .owner(owner, at: tree.path)
        }
        return try hazard(of: bookkeeping, in: tree, below: directory)
    }

    /// Returns why users other than root and the owner of a tree can change its metadata, or `nil`.
    func hazard(
        of bookkeeping: DirectoryHandle,
        in tree: DirectoryHandle,
        below directory: DirectoryHandle
    ) throws(FileError) -> PathHazard? {
        try bookkeeping.hazard(
            of: [Name.receiptFile, Name.indexFile, Name.proofFile],
            ownedBy: [0, try tree.owner()],
            below: directory
        )
    }

    /// Returns the state of a tree according to its receipt, or `nil` if it has no receipt.
    private func receiptState(
        _ bookkeeping: DirectoryHandle,
        of installation: Installation,
        at tree: DirectoryHandle
    ) throws(FileError) -> InstallationState? {
        let bytes: [UInt8]
        do throws(FileError) {
            guard
                let contents = try bookkeeping.contents(of: Name.receiptFile, limit: 1 << 16)
            else { return nil }
            bytes = contents
        } catch {
            switch error.errno {
            case .tooManySymbolicLinkLevels:
                return .damaged(reason: "its receipt is a symbolic link")
            case .notSupported: return .damaged(reason: "its receipt is not a file")
            default: throw error
            }
        }
        let receipt: Receipt
        do throws(JSONError) {
            receipt = try Receipt(parsing: bytes)
        } catch {
            return .damaged(reason: "its receipt is invalid: \(error.reason)")
        }
        guard receipt.installation == installation else {
            return .damaged(reason: "its receipt is for \(receipt.installation.name)")
        }
        if let reason = try missingPart(tree, installation) {
            return .incomplete(receipt, reason: reason)
        }
        return .installed(receipt)
    }

    /// Returns which essential file is missing or unusable according to its status, or `nil`.
    private func missingPart(
        _ tree: DirectoryHandle,
        _ installation: Installation
    ) throws(FileError) -> String? {
        let program: String
        switch installation {
        case .go:
            program = "go"
            if let problem = try tree.problem(of: "VERSION", isProgram: false) {
                return "VERSION \(problem)"
            }
        case .tool(let build): program = build.tool.name
        }
        let directory: DirectoryHandle
        do {
            directory = try tree.lookup("bin")
        } catch  where error.errno == .noSuchFileOrDirectory {
            return "bin is missing"
        } catch  where error.errno == .notDirectory {
            return "bin is not a directory"
        }
        do {
            return try directory.problem(of: program, isProgram: true).map {
                "bin/\(program) \($0)"
            }
        } catch  where error.errno == .permissionDenied {
            return "bin cannot be searched"
        }
    }
}
