internal import ArgumentParser
internal import Mirrors
internal import Provisioning
internal import ToolchainCore
internal import ToolchainHost

/// Signs the catalog of a site in a mirror.
struct MirrorSign: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Sign the site's catalog with an SSH key.",
        discussion: """
            Example: gotoolprov mirror sign --key ~/.ssh/site_ed25519.pub --directory /srv/mirror

            This runs `ssh-keygen -Y sign`, which asks for a passphrase or uses an agent, and checks the signature \
            before it replaces the former one. The key must be an ed25519 key. Hosts accept the catalog if the key is \
            in their allowed signers.
            """
    )

    @OptionGroup var mirror: MirrorOptions

    @Option(
        help: ArgumentHelp(
            "The private key, or the public key of one in an agent.",
            valueName: "file"
        ),
        completion: .file()
    )
    var key: String

    @OptionGroup var change: ChangeOptions
    @OptionGroup(title: "Global options") var common: CommonOptions

    func run(in context: Context) throws(Failure) -> Int32 {
        let tree = try mirror.tree(in: context)
        let settings = try context.settings { $0.manifestUse = .usable }
        let session = try context.session(settings, change.allowance)
        let signed = try SiteCatalogSigner(tree, session, settings, in: context.environment)
            .sign(with: try context.keyPath(key))
        switch common.format {
        case .text: context.show(signed)
        case .json:
            let document: JSONValue = [
                "schema": .string(DocumentKind.mirrorSign.schema),
                "directory": .string(tree.path),
                "path": .string(signed.path),
                "site": .string(signed.catalog.site.description),
                "version": .integer(signed.catalog.version),
                "expires": .string(signed.catalog.expires.description),
                "key": .string(signed.fingerprint),
                "publicKey": .string(signed.publicKey),
                "principal": JSONValue(signed.principal),
            ]
            context.output.write(document.rendered)
        }
        return 0
    }
}

extension Context {
    /// Shows a new signature, and how hosts come to accept it.
    func show(_ signed: SiteCatalogSigner.Result) {
        output.write(
            Table([
                [
                    signed.path.toned(.strong), "signed".toned(.good),
                    StyledText("\(signed.catalog.site) version \(signed.catalog.version)"),
                    signed.fingerprint.toned(.detail),
                ]
            ])
        )
        guard signed.principal == nil else { return }
        note(
            "hosts accept it with this line in /etc/gotoolprov/allowed_signers:"
                + " \(signed.catalog.site) namespaces=\"\(SiteCatalog.namespace)\" \(signed.publicKey)"
        )
    }
}
