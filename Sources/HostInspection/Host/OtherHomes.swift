internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

/// The Go versions in the home directories of other users, which only root can see.
///
/// The files there are written by those users and not trusted: links are not followed, and only a valid
/// version is reported from a VERSION file.
package struct OtherHomes: Sendable {
    /// A Go in a user's home directory.
    package struct Installation: Hashable, Sendable {
        /// The name of the user.
        package let user: String
        /// The path of the tree.
        package let root: String
        /// The version in its VERSION file, or `nil` if there is none.
        package let version: GoVersion?
        /// The installer, by its name in ``GoInstallation/Origin``.
        package let origin: String
        /// The architecture of bin/go, or `nil` if unknown.
        package let architecture: GoArchitecture?
    }

    /// The installations, by user.
    package let installations: [Installation]
    /// Whether all home directories could be searched completely: without links, inaccessible
    /// directories, and directories that exceed the limits.
    package let isComplete: Bool

    private typealias Place = (path: [String], inner: [String], origin: String)

    /// The directories of version managers in a home directory, and the path from each version's
    /// directory to its tree.
    private static let places: [Place] = [
        (["sdk"], [], "other"), ([".asdf", "installs", "golang"], ["go"], "asdf"),
        ([".goenv", "versions"], [], "goenv"), ([".gvm", "gos"], [], "gvm"),
        ([".local", "share", "mise", "installs", "go"], [], "mise"),
        ([".gobrew", "versions"], ["go"], "gobrew"), ([".g", "versions"], [], "g"),
        (["go", "pkg", "mod", "golang.org"], [], "module cache"),
    ]
    /// The maximum number of users whose home directories are searched.
    private static let mostUsers = 1000
    /// The maximum size of /etc/passwd to read, in bytes.
    private static let mostBytes = 16 << 20
    /// Remote file systems are not searched, because they may not respond.
    private static let remoteKinds: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "autofs", "9p", "afs", "ceph", "glusterfs", "lustre",
    ]

    /// Searches the home directories in /etc/passwd.
    ///
    /// - Parameters:
    ///   - files: The files of the host.
    ///   - user: The ID of the user whose home directory is skipped.
    ///   - home: That user's home directory, if it differs from /etc/passwd.
    /// - Returns: The installations.
    package static func searched(
        in files: RootedFiles,
        except user: UInt32,
        home: String?
    ) -> OtherHomes {
        let mounts = MountTable(in: files)
        var search = Search()
        var seen: Set<String> = ["/", home ?? "/"]
        let table = files.bytes("/etc/passwd", limit: mostBytes)
        let lines = String(decoding: table ?? [], as: UTF8.self).split(byte: "\n")
        let accounts = lines.compactMap(Account.init)
        // A line with `+` includes NIS users, who are not listed here.
        search.isComplete =
            table.map { $0.count < mostBytes } == true && accounts.count <= mostUsers
            && !lines.contains { $0.hasPrefix("+") }
        for account in accounts.prefix(mostUsers)
        where account.number != user && seen.insert(account.home).inserted {
            let link = files.linkTarget(of: account.home)
            // The target of a link is searched, but the link may change during the search.
            if link != nil { search.isComplete = false }
            let ways = [account.home] + (link.map { [account.path(behind: $0)] } ?? [])
            guard !ways.contains(where: { isRemote($0, mounts) }),
                let path = files.pathForSystemCall(account.home)
            else {
                search.isComplete = false
                continue
            }
            do {
                let home = try ForeignDirectory(at: path)
                search.inspect(in: home, of: account)
            } catch  where error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory {
                continue
            } catch {
                search.isComplete = false
            }
        }
        return OtherHomes(
            installations: search.installations,
            isComplete: search.isComplete
        )
    }

    /// Whether `path` is on a remote file system.
    private static func isRemote(_ path: String, _ mounts: MountTable?) -> Bool {
        guard let kind = mounts?.holding(path)?.kind else { return false }
        return remoteKinds.contains(kind) || kind.hasPrefix("fuse")
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
            (name, self.number) = (fields[0], number)
            home = "/" + fields[5].split(byte: "/").joined(separator: "/")
        }

        /// Returns the target of a home directory that is a link.
        func path(behind link: String) -> String {
            let above = home.split(byte: "/").dropLast().joined(separator: "/")
            return link.hasPrefix("/") ? link : "/\(above)/\(link)"
        }
    }

    /// The state of a search.
    private struct Search {
        var installations: [Installation] = []
        var isComplete = true

        mutating func inspect(in home: ForeignDirectory, of account: Account) {
            for place in OtherHomes.places {
                guard let parent = directory(at: place.path, in: home),
                    let names = attempt({ try parent.names() })
                else { continue }
                if !names.areAll { isComplete = false }
                for name in names.first where !name.hasPrefix(".") {
                    // mise creates links such as `latest` and `1.27` to versions in the same directory.
                    if let target = parent.linkTarget(of: name), Self.isNeighbor(target) {
                        continue
                    }
                    inspect(in: parent, name, place, of: account)
                }
            }
        }

        /// Inspects a directory that may be a Go tree.
        private mutating func inspect(
            in parent: ForeignDirectory,
            _ name: String,
            _ place: Place,
            of account: Account
        ) {
            guard let tree = directory(at: [name] + place.inner, in: parent),
                let programs = directory(at: ["bin"], in: tree),
                let program = attempt({
                    try programs.contents(
                        of: "go",
                        limit: ELFIdentity.byteCount,
                        ownedBy: account.number
                    )
                })
            else { return }
            let text = (try? tree.contents(of: "VERSION", limit: 4096, ownedBy: account.number))
                .flatMap { String(validating: $0, as: UTF8.self) }
            let word = text?.split(byte: "\n").first?.split(byte: " ").first
            let version = word.flatMap { $0.hasPrefix("go") ? GoVersion($0) : nil }
            var origin = place.origin
            if tree.contains(".unpacked-success") { origin = "golang.org/dl" }
            if let own = try? tree.directory(".gotoolprov"), own.contains("receipt.json") {
                origin = "gotoolprov"
            }
            let parts = place.path + [name] + place.inner
            installations.append(
                Installation(
                    user: account.name,
                    root: "\(account.home)/\(parts.joined(separator: "/"))",
                    version: version.flatMap { $0.isLanguageVersion ? nil : $0 },
                    origin: origin,
                    architecture: ELFIdentity(header: program)?.architecture
                )
            )
        }

        /// Opens the directory at a relative path; returns `nil` if it does not exist or must not be
        /// entered.
        private mutating func directory(
            at path: [String],
            in start: ForeignDirectory
        ) -> ForeignDirectory? {
            var found = start
            for name in path {
                let parent = found
                guard let next = attempt({ try parent.directory(name) }) else { return nil }
                found = next
            }
            return found
        }

        /// Returns the result of `body`, or `nil` if it throws, which makes the search incomplete.
        private mutating func attempt<Value>(_ body: () throws -> Value?) -> Value? {
            do {
                return try body()
            } catch {
                isComplete = false
                return nil
            }
        }

        /// Whether a link points to an entry of the same directory, which is inspected anyway.
        private static func isNeighbor(_ target: String) -> Bool {
            let parts = target.split(byte: "/").filter { $0 != "." }
            return !target.hasPrefix("/") && parts.count == 1 && !parts[0].hasPrefix(".")
        }
    }
}
