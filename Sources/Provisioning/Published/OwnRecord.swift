internal import ToolchainCore
internal import ToolchainHost
internal import TransparencyLog

/// What an installation of gotoolprov says about itself, in its receipt and its index.
///
/// A user who can change the installation can change this, too. So a hash of it counts only if a proof, or the
/// published hash from elsewhere, confirms it.
struct OwnRecord {
    /// The version and platform in the receipt, or `nil` if there is no usable receipt of a release of Go.
    let module: ToolchainModule?
    /// The list of the files as they were installed, or `nil` if there is none that can be read.
    let index: TreeIndex?
    /// The hash that the log proved when the toolchain was installed, or `nil`.
    private let recorded: ModuleHash?

    /// Reads the record of the tree at a path.
    init(in root: String) {
        index = (try? Verifier.indexBytes(in: root)).flatMap { try? TreeIndex(parsing: $0) }
        let bytes = try? DirectoryHandle.opening(root).lookup(Installations.Name.bookkeeping)
            .contents(of: Installations.Name.receiptFile, limit: 1 << 16)
        guard let bytes, let receipt = try? Receipt(parsing: bytes),
            case .go(let version) = receipt.installation, version.suffix.isEmpty
        else {
            module = nil
            recorded = nil
            return
        }
        module = ToolchainModule(version, receipt.platform)
        recorded = receipt.log?.hash
    }

    /// The hash of the files in the index, or `nil` if there is no index of this toolchain.
    func indexHash(of module: ToolchainModule) -> ModuleHash? {
        guard let index, let list = try? ToolchainFileList(module, index: index) else { return nil }
        return try? ModuleHash(of: list)
    }

    /// The hashes that the published toolchain has, if the record is right.
    func hashes(of module: ToolchainModule) -> [ModuleHash] {
        [indexHash(of: module), module == self.module ? recorded : nil].compactMap(\.self)
            .withoutRepetitions(==)
    }
}
