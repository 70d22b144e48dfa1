internal import ToolchainCore

/// The page for people, which is no evidence of anything: it may be the site's own, or that of another version of
/// gotoolprov.
struct PageCheck: MirrorCheck {
    func covers(_ path: String, in mirror: MirrorContents) -> Bool {
        path == MirrorPage.fileName
    }

    func findings(in mirror: MirrorContents) throws(Failure) -> [MirrorFinding] { [] }
}
