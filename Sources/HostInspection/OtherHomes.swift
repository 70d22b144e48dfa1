internal import SystemPackage
public import ToolchainCore
internal import ToolchainHost

/// The Go versions in the homes of other users, which only root can see.
///
/// What lies there is written by those users: no link in it is followed, and nothing of a VERSION file
/// is reported but a version.
public struct OtherHomes: Sendable {
    /// A Go in somebody's home.
    public struct Installation: Hashable, Sendable {
        /// Whose home it is.
        public let user: String
        /// The tree.
        public let root: String
        /// The version; nil where its VERSION file has none.
        public let version: GoVersion?
        /// Who put it there, by the name that ``GoInstallation/Origin`` has for it.
        public let origin: String
        /// The machine that bin/go is for.
        public let architecture: GoArchitecture?
    }

    /// What was found, by user.
    public let installations: [Installation]
    /// Whether all homes could be searched.
    public let isComplete: Bool

    /// Where version managers keep Go below a home, and what comes between the directory of a version
    /// and its tree.
    private static let places: [(path: [String], inner: [String], origin: String)] = [
        (["sdk"], [], "other"), ([".asdf", "installs", "golang"], ["go"], "asdf"),
        ([".goenv", "versions"], [], "goenv"), ([".gvm", "gos"], [], "gvm"),
        ([".local", "share", "mise", "installs", "go"], [], "mise"),
        ([".gobrew", "versions"], ["go"], "gobrew"), ([".g", "versions"], [], "g"),
        (["go", "pkg", "mod", "golang.org"], [], "module cache"),
    ]
    /// The most users whose homes are searched.
    private static let mostUsers = 1000
    /// File systems that may not answer: a report does not wait for another computer.
    private static let remoteKinds: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "autofs", "9p", "afs", "ceph", "glusterfs", "lustre",
    ]

    /// Searches the homes in /etc/passwd.
    ///
    /// - Parameters:
    ///   - files: The files of the host.
    ///   - user: The user whose home is left out.
    ///   - home: That user's home, where it is another than /etc/passwd says.
    /// - Returns: What was found.
    public static func searched(
        in files: RootedFiles,
        except user: UInt32,
        home: String?
    ) -> OtherHomes {
        var installations: [Installation] = []
        var isComplete = true
        let mounts = MountTable(in: files)
        var seen: Set<String> = ["/", home ?? "/"]
        let accounts = (files.text("/etc/passwd") ?? "").split(byte: "\n").compactMap(Account.init)
        if accounts.count > mostUsers { isComplete = false }
        for account in accounts.prefix(mostUsers)
        where account.number != user && seen.insert(account.home).inserted {
            if let kind = mounts?.holding(account.home)?.kind,
                remoteKinds.contains(kind) || kind.hasPrefix("fuse")
            {
                isComplete = false
                continue
            }
            guard let path = files.pathForSystemCall(account.home) else { continue }
            do {
                let home = try ForeignDirectory(at: path)
                for place in places {
                    installations += found(in: home, place, of: account)
                }
            } catch  where error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory {
                continue
            } catch {
                isComplete = false
            }
        }
        return OtherHomes(installations: installations, isComplete: isComplete)
    }

    /// A line of /etc/passwd.
    private struct Account {
        let name: String
        let number: UInt32
        let home: String

        init?(_ line: String) {
            let fields = line.split(byte: ":", omittingEmpty: false)
            guard fields.count >= 6, let number = UInt32(fields[2]), fields[5].hasPrefix("/") else {
                return nil
            }
            (name, self.number, home) = (fields[0], number, fields[5])
        }
    }

    private static func found(
        in home: ForeignDirectory,
        _ place: (path: [String], inner: [String], origin: String),
        of account: Account
    ) -> [Installation] {
        guard let parent = home.directory(at: place.path) else { return [] }
        return parent.names.filter { !$0.hasPrefix(".") }.compactMap { name in
            guard let tree = parent.directory(at: [name] + place.inner),
                let program = tree.directory("bin")?.contents(
                    of: "go",
                    limit: ELFIdentity.byteCount,
                    ownedBy: account.number
                )
            else { return nil }
            let text = tree.contents(of: "VERSION", limit: 4096, ownedBy: account.number)
                .flatMap { String(validating: $0, as: UTF8.self) }
            let word = text?.split(byte: "\n").first?.split(byte: " ").first
            let version = word.flatMap { $0.hasPrefix("go") ? GoVersion($0) : nil }
            var origin = place.origin
            if tree.names.contains(".unpacked-success") { origin = "golang.org/dl" }
            if tree.directory(".gotoolprov")?.names.contains("receipt.json") == true {
                origin = "gotoolprov"
            }
            let parts = place.path + [name] + place.inner
            return Installation(
                user: account.name,
                root: "\(account.home)/\(parts.joined(separator: "/"))",
                version: version.flatMap { $0.isLanguageVersion ? nil : $0 },
                origin: origin,
                architecture: ELFIdentity(header: program)?.architecture
            )
        }
    }
}
