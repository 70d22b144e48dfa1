package import Provisioning
package import ToolchainCore
internal import ToolchainHost

/// Writes the next catalog of a site into a mirror.
package struct SiteCatalogWriter {
    /// What the next catalog has; what is not named stays as it is in the present one.
    package struct Contents: Sendable {
        /// The site, or nil for that of the present catalog.
        package var site: SiteName?
        /// For how many days it is current.
        package var days: Int
        /// The absolute paths of manifests by name; nil removes the manifest.
        package var manifests: [(name: SiteName, path: String?)] = []
        /// The absolute paths of catalog files, which replace all releases and tools; nil to keep those.
        package var artifacts: [String]?
        /// A list of vulnerabilities.
        package var vulnerabilities: [UInt8]?

        /// Creates contents that change nothing.
        package init(site: SiteName?, days: Int) {
            self.site = site
            self.days = days
        }
    }

    /// The result.
    package struct Result: Sendable {
        package let catalog: SiteCatalog
        /// The absolute path of the file.
        package let path: String
        /// Whether it was written, or with `--check` would be.
        package let isChanged: Bool
        /// Its signature, if it was signed.
        package var signed: SiteCatalogSigner.Result?
    }

    private let tree: MirrorTree
    private let session: Session
    private let isCheck: Bool

    /// Creates a writer; with `isCheck` it writes nothing.
    package init(_ tree: MirrorTree, _ session: Session, isCheck: Bool) {
        self.tree = tree
        self.session = session
        self.isCheck = isCheck
    }

    /// Writes the next catalog, unless the present one has the same contents and half of its time left.
    ///
    /// - Parameters:
    ///   - contents: What it has.
    ///   - time: When it is issued.
    ///   - signing: How it is signed, and the absolute path of the key; nil if it is signed later.
    /// - Returns: The catalog.
    /// - Throws: ``Failure``; the mirror is then unchanged.
    package func write(
        _ contents: Contents,
        at time: UTCTime,
        signing: (signer: SiteCatalogSigner, key: String)?
    ) throws(Failure) -> Result {
        guard !isCheck else { return try next(contents, at: time) }
        return try tree.change(session) { change in
            var result = try next(contents, at: time)
            // It is signed first, so that hosts see an old signature for a moment only.
            var signature: [UInt8]?
            if let (signer, key) = signing {
                let signed = try signer.signed(result.catalog, with: key)
                (signature, result.signed) = (signed.signature, signed.result)
            }
            if result.isChanged {
                try change.write(result.catalog.bytes, as: SiteFiles.catalogName)
            }
            if let signature { try change.write(signature, as: SiteFiles.signatureName) }
            return result
        }
    }

    private func next(_ contents: Contents, at time: UTCTime) throws(Failure) -> Result {
        let present = try SiteFiles.catalog(of: tree)
        let path = tree.path(of: SiteFiles.catalogName)
        let site = try site(contents, present)
        var draft = present.map { SiteCatalogDraft($0) } ?? SiteCatalogDraft()
        try fill(&draft, with: contents)
        let seconds = contents.days * UTCTime.secondsOfDay
        if let present, draft.hasSameContents(as: SiteCatalogDraft(present)),
            present.expires.seconds - time.seconds >= seconds / 2
        {
            return Result(catalog: present, path: path, isChanged: false)
        }
        do throws(JSONError) {
            let catalog = try draft.catalog(
                site: site,
                version: (present?.version ?? 0) + 1,
                issued: time,
                expires: UTCTime(seconds: time.seconds + seconds)
            )
            return Result(catalog: catalog, path: path, isChanged: true)
        } catch {
            throw Failure(
                .configuration,
                "the contents are not those of a catalog of a site",
                facts: [.init("because", error.reason)],
                hint: "see docs/reference/site-catalog.md"
            )
        }
    }

    private func site(_ contents: Contents, _ present: SiteCatalog?) throws(Failure) -> SiteName {
        guard let site = contents.site ?? present?.site else {
            throw Failure(
                .usage,
                "the mirror has no catalog, so the name of the site is unknown",
                hint: "name it: `--site corp.example`"
            )
        }
        if let present, present.site != site {
            throw Failure(
                .usage,
                "the mirror has the catalog of another site",
                facts: [.init("expected", site), .init("found", present.site)],
                hint: "hosts refuse the catalog of another site; to start again, delete"
                    + " \(tree.path(of: SiteFiles.catalogName))"
            )
        }
        return site
    }

    private func fill(
        _ draft: inout SiteCatalogDraft,
        with contents: Contents
    ) throws(Failure) {
        if let paths = contents.artifacts {
            draft.removeArtifacts()
            for path in paths {
                let bytes = try Self.contents(of: path, what: "the catalog file")
                do {
                    try draft.add(catalogFile: bytes)
                } catch let conflict as SiteCatalogDraft.Conflict {
                    throw Failure(
                        .integrity,
                        "two catalog files contradict each other",
                        facts: [.init("file", path), .init("both list", conflict.name)]
                    )
                } catch {
                    throw Self.invalid("the catalog file", path, bytes, error)
                }
            }
        }
        for (name, path) in contents.manifests {
            guard let path else {
                guard draft.removeManifest(named: name) else {
                    throw Failure(.usage, "the catalog has no manifest `\(name)`")
                }
                continue
            }
            let bytes = try Self.contents(of: path, what: "the manifest")
            do {
                try draft.set(manifest: bytes, named: name)
            } catch {
                throw Self.invalid("the manifest", path, bytes, error)
            }
        }
        if let bytes = contents.vulnerabilities {
            do {
                try draft.set(vulnerabilities: bytes)
            } catch {
                throw Self.invalid("the list of vulnerabilities", "", bytes, error)
            }
        }
    }

    private static func contents(of path: String, what: String) throws(Failure) -> [UInt8] {
        let bytes: [UInt8]?
        do {
            bytes = try FileSystem.contents(of: path, limit: SiteCatalog.mostBytes)
        } catch {
            throw Failure(
                .configuration,
                "cannot read \(what)",
                facts: [.init("file", path), .init("because", error.errno)]
            )
        }
        guard let bytes else {
            throw Failure(.configuration, "\(what) does not exist", facts: [.init("file", path)])
        }
        return bytes
    }

    private static func invalid(
        _ what: String,
        _ path: String,
        _ bytes: [UInt8],
        _ error: any Error
    ) -> Failure {
        guard let error = error as? JSONError else {
            return Failure(.configuration, "\(what) is invalid", facts: [.init("file", path)])
        }
        let location = error.location(in: bytes)
        return Failure(
            .configuration,
            "\(what) is invalid",
            facts: [
                .init("file", "\(path):\(location.line):\(location.column)"),
                .init("because", error.reason),
            ]
        )
    }
}
