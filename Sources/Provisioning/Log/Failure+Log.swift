internal import ToolchainCore
internal import TransparencyLog

extension Failure {
    /// What a place served of a log and why it proves nothing.
    ///
    /// - Parameters:
    ///   - error: The error of TransparencyLog, or of reading from the place.
    ///   - log: The log.
    ///   - place: The place.
    ///   - module: The toolchain that was asked for.
    init(_ error: any Error, of log: LogSettings, at place: LogPlace, _ module: ToolchainModule) {
        let facts: [Fact] = [.init("log", log.name), .init("from", place.name)]
        let name = module.go.toolchainName
        let because = Fact("because", "\(error)")
        let hint = "this copy of the log is damaged or forged: use another mirror"
        switch error {
        case let failure as Failure: self = failure
        case TiledTree.Rejection.missingTile(let tile):
            self.init(
                .unavailable,
                "the copy of the log is incomplete",
                facts: facts + [.init("missing", tile)],
                hint: "copy the tiles of the log again, or use another mirror"
            )
        case let error as VerifiedNote.Rejection:
            self.init(.integrity, Self.message(error), facts: facts + Self.facts(error), hint: hint)
        case TiledTree.Rejection.wrongSize(let tile, let expected, let found):
            self.init(
                .integrity,
                "a tile of the log has the wrong size",
                facts: facts + [
                    .init("tile", tile), .init("expected", "\(expected) bytes"),
                    .init("found", "\(found) bytes"),
                ],
                hint: hint
            )
        case TiledTree.Rejection.wrongRoot(let size, let expected, let computed):
            self.init(
                .integrity,
                "the tiles of the log do not match its signed tree",
                facts: facts + [
                    .init("tree", "\(size) records"), .init("expected", "root \(expected)"),
                    .init("found", "root \(computed)"),
                ],
                hint: hint
            )
        case TiledTree.Rejection.wrongTile(let tile, let expected, let computed):
            self.init(
                .integrity,
                "a tile of the log does not match its signed tree",
                facts: facts + [
                    .init("tile", tile), .init("expected", "hash \(expected)"),
                    .init("found", "hash \(computed)"),
                ],
                hint: hint
            )
        case InclusionProof.Rejection.outsideTree(let index, let size):
            self.init(
                .integrity,
                "the signed tree does not contain the record of \(name)",
                facts: facts + [
                    .init("expected", "record \(index)"), .init("found", "\(size) records"),
                ],
                hint: hint
            )
        case is ProvenToolchain.Rejection:
            self.init(
                .integrity,
                "the record of \(name) differs from the one in the log",
                facts: facts + [because],
                hint: hint
            )
        case is ToolchainRecord.Rejection:
            self.init(
                .integrity,
                "the record in the response does not prove \(name)",
                facts: facts + [.init("expected", module), because],
                hint: hint
            )
        case is Lookup.Rejection, is TreeHead.Rejection, is InclusionProof.Rejection,
            is ConsistencyProof.Rejection:
            self.init(
                .integrity,
                "the response of the log is invalid",
                facts: facts + [because],
                hint: hint
            )
        default:
            self.init(.defect, "cannot verify the log", facts: facts + [because])
        }
    }

    private static func message(_ rejection: VerifiedNote.Rejection) -> String {
        switch rejection {
        case .invalidSignature: "the signature of the log is invalid"
        case .unknownSigners: "the tree was not signed with the key of the log"
        }
    }

    private static func facts(_ rejection: VerifiedNote.Rejection) -> [Fact] {
        switch rejection {
        case .invalidSignature(let key): [.init("key", key)]
        case .unknownSigners(let expected, let found):
            [
                .init("expected", expected.joined(separator: ", ")),
                .init("found", found.joined(separator: ", ").withVisibleControls),
            ]
        }
    }
}
