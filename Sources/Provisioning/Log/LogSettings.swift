package import ToolchainCore
internal import ToolchainHost
package import TransparencyLog

/// Which log proves toolchains that no catalog lists, and where this user keeps what it has seen of it.
package struct LogSettings: Sendable {
    /// The key whose signatures count.
    package let key: VerifierKey
    /// The log itself, which is asked after all mirrors and proxies.
    package let url: WebAddress
    /// Why the log is not used, or `nil` if it is: `--no-log`, or the manifest that says so.
    package let disabledBy: String?
    /// The absolute path of the directory for the tree heads of all logs, or `nil` if HOME is unknown.
    package let stateDirectory: String?

    /// Whether the log may prove toolchains.
    package var isEnabled: Bool { disabledBy == nil }

    /// The name of the log: its directory below `sumdb` on mirrors and proxies.
    package var name: String { key.name }

    /// The log in a sentence: with its name, unless it is Go's checksum database.
    var title: String { key == .goChecksumDatabase ? "the log" : "the log \(name)" }

    /// Where Go's checksum database is.
    private static let officialURL = "https://sum.golang.org"

    /// Reads the settings from the nearest manifest that mentions a log.
    ///
    /// - Parameters:
    ///   - manifests: The manifests that apply, nearest first. One that was found by search cannot mention
    ///     a log.
    ///   - isDisabled: Whether the command line disables the log.
    ///   - environment: The environment, for the state directory.
    /// - Returns: The settings.
    /// - Throws: ``Failure`` of kind `configuration` if the key or the URL is invalid.
    static func gathered(
        _ manifests: [LocatedManifest],
        isDisabled: Bool,
        from environment: HostEnvironment
    ) throws(Failure) -> LogSettings {
        let state = try StateDirectory.own(from: environment).map { "\($0)/log" }
        let located = manifests.first { $0.manifest.log != nil }
        var key = VerifierKey.goChecksumDatabase
        var url: String? = officialURL
        var disabledBy = isDisabled ? "`--no-log`" : nil
        switch located?.manifest.log {
        case .disabled?: disabledBy = disabledBy ?? located.map { "`log` in \($0.path)" }
        case .database(let text, let given)?:
            if let text {
                key = try parsedKey(text, in: located)
                if key != .goChecksumDatabase { url = nil }
            }
            url = given ?? url
        case .official?, nil: break
        }
        guard let url else {
            throw invalid(
                "the URL of the log `\(key.name)` is missing",
                because: "only that of \(VerifierKey.goChecksumDatabase.name) is built in",
                in: located
            )
        }
        do {
            return LogSettings(
                key: key,
                url: try WebAddress(parsing: url),
                disabledBy: disabledBy,
                stateDirectory: state
            )
        } catch {
            throw invalid(
                "`\(WebAddress.masked(url: url))` is not a valid URL for a log",
                because: "it \(error.reason)",
                in: located
            )
        }
    }

    private static func parsedKey(
        _ text: String,
        in located: LocatedManifest?
    ) throws(Failure) -> VerifierKey {
        let key: VerifierKey
        do {
            key = try VerifierKey(parsing: text)
        } catch {
            throw invalid("the key of the log is invalid", because: "\(error)", in: located)
        }
        guard key == .goChecksumDatabase || key.name != VerifierKey.goChecksumDatabase.name else {
            throw invalid(
                "the key of the log is invalid",
                because: "\(key.name) is the name of Go's checksum database, which has another key",
                in: located
            )
        }
        // The name becomes a part of paths.
        let parts = key.name.split(byte: "/", omittingEmpty: false)
        guard parts.allSatisfy({ !["", ".", ".."].contains($0) }),
            key.name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "?") })
        else {
            throw invalid(
                "the key of the log is invalid",
                because: "`\(key.name)` is not a name like sum.golang.org",
                in: located
            )
        }
        return key
    }

    private static func invalid(
        _ message: String,
        because reason: String,
        in located: LocatedManifest?
    ) -> Failure {
        Failure(
            .configuration,
            message,
            facts: (located.map { [.init("file", $0.path)] } ?? []) + [.init("because", reason)],
            hint: "see `log` in docs/reference/manifest.md"
        )
    }
}
