internal import ArgumentParser

/// The options for signed catalogs of sites.
struct SiteOptions: ParsableArguments {
    @Option(
        name: .customLong("site-manifest"),
        help: ArgumentHelp(
            "Install what the signed catalog of the site lists under this name.",
            discussion:
                "If the catalogs of several sites have a manifest of this name, use SITE/NAME.",
            valueName: "name"
        )
    )
    var manifest: String?

    @Flag(
        help: ArgumentHelp(
            "Install although the signed catalog of the site has expired.",
            discussion: "The receipt and the result record that it was accepted."
        )
    )
    var acceptExpired = false
}
