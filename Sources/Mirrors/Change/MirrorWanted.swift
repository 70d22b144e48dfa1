internal import Provisioning
internal import ToolchainCore

/// An archive that a mirror should have, and what gets it.
struct MirrorWanted {
    let item: MirrorItem
    let path: MirrorPath
    let supply: Supply

    /// Creates the description of an archive.
    ///
    /// - Throws: ``Failure`` of kind `configuration` if a mirror cannot have a file of its name.
    init(_ item: MirrorItem, from supply: Supply) throws(Failure) {
        guard let path = MirrorPath(of: item.contents, fileName: item.fileName) else {
            throw Failure(
                .configuration,
                "a mirror cannot have a file of this name",
                facts: [
                    .init("file", item.fileName), .init("contents", item.contents.name),
                    .init("expected", "portable characters, and .tar.gz or .tgz at the end"),
                ],
                hint: "rename the file, and correct the catalog that lists it"
            )
        }
        self.item = item
        self.path = path
        self.supply = supply
    }
}
