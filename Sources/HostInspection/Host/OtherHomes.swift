internal import SystemPackage
package import ToolchainCore
internal import ToolchainHost

/// The Go versions in the homes of other users, which only root can see.
///
/// What lies there is written by those users: no link in it is followed, and nothing of a VERSION file
/// is reported but a version.
package struct OtherHomes: Sendable {
    /// A Go in somebody's home.
    package struct Installation: Hashable, Sendable {
        /// Whose home it is.
        package let user: String
        /// The tree.
        package let root: String
        /// The version; nil where its VERSION file has none.
        package let version: GoVersion?
        /// Who put it there, by the name that ``GoInstallation/Origin`` has for it.
        package let origin: String
        /// The machine that bin/go is for.
        package let architecture: GoArchitecture?
    }

    /// What was found, by user.
    package let installations: [Installation]
    /// Whether everything in all homes could be searched: no link, no directory that may not be
    /// entered, and not too much of anything kept something back.
    package let isComplete: Bool

    private typealias Place = (path: [String], inner: [String], origin: String)

    /// Where version managers keep Go below a home, and what comes between the directory of a version
    /// and its tree.
    private static let places: [Place] = [
        (["sdk"], [], "other"), ([".asdf", "installs", "golang"], ["go"], "asdf"),
        ([".goenv", "versions"], [], "goenv"), ([".gvm", "gos"], [], "gvm"),
        ([".local", "share", "mise", "installs", "go"], [], "mise"),
        ([".gobrew", "versions"], ["go"], "gobrew"), ([".g", "versions"], [], "g"),
        (["go", "pkg", "mod", "golang.org"], [], "module cache"),
    ]
    /// The most users whose homes are searched.
    private static let mostUsers = 1000
    /// The most that is read of /etc/passwd.
    private static let mostBytes = 16 << 20
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
        // `+` brings in users of NIS.
        search.isComplete =
            table.map { $0.count < mostBytes } == true && accounts.count <= mostUsers
            && !lines.contains { $0.hasPrefix("+") }
        for account in accounts.prefix(mostUsers)
        where account.number != user && seen.insert(account.home).inserted {
            let link = files.linkTarget(of: account.home)
            // What is behind a link is found, but not what is made of it meanwhile.
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
                search.look(in: home, of: account)
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

    /// Whether `path` is on a file system that may not answer.
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

        /// Where a link in the place of the home leads.
        func path(behind link: String) -> String {
            let above = home.split(byte: "/").dropLast().joined(separator: "/")
            return link.hasPrefix("/") ? link : "/\(above)/\(link)"
        }
    }

    /// What a search has found, and whether it had to leave something out.
    private struct Search {
        var installations: [Installation] = []
        var isComplete = true

        mutating func look(in home: ForeignDirectory, of account: Account) {
            for place in OtherHomes.places {
                guard let parent = directory(at: place.path, in: home),
                    let names = attempt({ try parent.names() })
                else { continue }
                if !names.areAll { isComplete = false }
                for name in names.first where !name.hasPrefix(".") {
                    // mise has `latest` and `1.27` beside the versions that they lead to.
                    if let target = parent.linkTarget(of: name), Self.isNeighbor(target) {
                        continue
                    }
                    look(in: parent, name, place, of: account)
                }
            }
        }

        /// Looks at what may be a tree.
        private mutating func look(
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
            if tree.has(".unpacked-success") { origin = "golang.org/dl" }
            if let own = try? tree.directory(".gotoolprov"), own.has("receipt.json") {
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

        /// The directory at a path relative to another one; nil where there is none, and where it
        /// is not entered.
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

        /// What `body` finds; nil also where it is refused, which is remembered.
        private mutating func attempt<Value>(_ body: () throws -> Value?) -> Value? {
            do {
                return try body()
            } catch {
                isComplete = false
                return nil
            }
        }

        /// Whether a link leads to a name beside it that is looked at too.
        private static func isNeighbor(_ target: String) -> Bool {
            let parts = target.split(byte: "/").filter { $0 != "." }
            return !target.hasPrefix("/") && parts.count == 1 && !parts[0].hasPrefix(".")
        }
    }
}
