internal import SystemPackage
package import ToolchainCore
package import ToolchainHost

/// The state of an installation.
///
/// Trees are looked at from the open directory of the store down, without following links: what a link
/// leads to is somebody else's, and must not pass for a tree of ours, least of all for one that is half
/// removed and that the next run deletes.
extension Installations {
    /// The state of `installation`; nil where nothing exists at its path.
    ///
    /// One small file is read for a tree that is ours, and its program looked at; nothing is walked.
    ///
    /// - Throws: ``FileError`` where that cannot be read.
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
                let state = try state(of: installation, at: tree)
                if case .installed = state { return state }
                // Another process may have moved it away, or put a whole one there, meanwhile.
                if try directory.has(tree, as: installation.name) { return state }
                if attempts == 100 { return state }
            } catch  where error.errno == .noSuchFileOrDirectory && attempts < 100 {
                // It is being deleted.
            }
        }
    }

    /// The state of something that has a tree's name and is not a directory.
    private func stateOfOther(
        _ installation: Installation,
        in directory: DirectoryHandle
    ) throws(FileError) -> InstallationState? {
        switch try directory.kind(of: installation.name) {
        case nil: return nil
        case .symbolicLink:
            // To somebody's own Go, which can be used and is never changed.
            let mark = "\(path(of: installation))/\(Name.unpacked)"
            return try FileSystem.kind(of: mark) != nil
                ? .foreign : .unknown(reason: "it is a symbolic link")
        case .directory, .file, .other: return .unknown(reason: "it is not a directory")
        }
    }

    private func state(
        of installation: Installation,
        at tree: DirectoryHandle
    ) throws(FileError) -> InstallationState {
        switch try tree.kind(of: Name.bookkeeping) {
        case .directory:
            let bookkeeping = try tree.lookup(Name.bookkeeping)
            if let state = try receiptState(bookkeeping, of: installation, at: tree) {
                return state
            }
            if try bookkeeping.kind(of: Name.removalFile) == .file,
                try tree.kind(of: Name.unpacked) == nil
            {
                return .halfRemoved
            }
            if try tree.names() == [FileName(Name.bookkeeping)],
                try bookkeeping.names().isEmpty
            {
                // The last moment of a removal: there is nothing to lose in it.
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

    /// What the receipt says of a tree; nil where there is none.
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
        if let reason = try lacking(tree, installation) {
            return .incomplete(receipt, reason: reason)
        }
        return .installed(receipt)
    }

    /// What a tree lacks without which nothing of it runs, as far as its status tells; nil for nothing.
    private func lacking(
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
