package import ToolchainCore
internal import ToolchainHost

extension Provisioner {
    /// The installed version that `request` means, or where it is nil, the manifest's default, or
    /// else what `use` chose.
    ///
    /// - Throws: ``Failure`` where nothing installed answers, or nothing was asked.
    package func installed(_ request: Manifest.Wish?) throws(Failure) -> SDKStore.SDK {
        let chosen = store.defaultVersion.map {
            Manifest.Wish(text: $0.toolchainName, request: .exactly($0))
        }
        guard let wish = request ?? settings.manifest?.manifest.defaultVersion ?? chosen else {
            throw Failure(
                .usage,
                "which Go is not said, and neither a manifest nor `use` has chosen one",
                hint: "name a version, such as `go1.21.13`; `gotoolprov list` shows what is there"
            )
        }
        let entries = try store.usableSDKs(on: platform)
        guard let version = wish.request.best(among: entries.map(\.version)),
            let entry = entries.first(where: { $0.version == version })
        else {
            let present = entries.map(\.version.toolchainName).joined(separator: ", ")
            throw Failure(
                .unavailable,
                "`\(wish.text)` is not installed",
                facts: [.init("installed", present.isEmpty ? "nothing" : present)]
                    + incompleteFacts(try store.entries()) { entry in
                        entry.goVersion.map { wish.request.best(among: [$0]) != nil } ?? false
                    },
                hint: "`gotoolprov ensure \(ShellQuoting.word(wish.text))`"
            )
        }
        return entry
    }

    /// What is installed and cannot be used, and why.
    func incompleteFacts(
        _ entries: [SDKStore.Entry],
        _ isMeant: (SDKStore.Entry) -> Bool
    ) -> [Failure.Fact] {
        entries.filter(isMeant).compactMap { entry in
            guard case .incomplete(_, let reason) = entry.state else { return nil }
            return .init(entry.name, "incomplete: \(reason)")
        }
    }
}
