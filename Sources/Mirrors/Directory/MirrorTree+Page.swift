internal import ToolchainHost

extension MirrorTree {
    /// Atomically replaces the page for people, unless the site has written its own.
    func writePage(of index: MirrorIndex, durably: Bool) throws(FileError) {
        let page = MirrorPage(index).bytes
        let path = path(of: MirrorPage.fileName)
        switch try FileSystem.kind(of: path) {
        case nil: break
        case .file:
            let found = try FileSystem.contents(of: path, limit: page.count + 1)
            guard found != page, found?.starts(with: MirrorPage.beginning.utf8) ?? true else {
                return
            }
        case .symbolicLink, .directory, .other: return
        }
        try FileSystem.replaceFile(
            at: path,
            with: page,
            mode: 0o644,
            durably: durably,
            isSweeping: true
        )
    }
}
