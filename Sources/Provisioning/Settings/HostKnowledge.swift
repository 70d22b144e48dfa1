package import ToolchainCore
package import ToolchainHost

/// What this host knows beyond what is built in: files that `catalog update` wrote.
///
/// They are trusted like configuration. A file that another user could have written is ignored, and so is a
/// damaged one: it only adds to what is built in.
package struct HostKnowledge: Sendable {
    /// A kind of file.
    package enum File: String, Sendable {
        case catalog = "catalog.json"
        case vulnerabilities = "vulnerabilities.json"
    }

    /// The absolute paths of the catalogs, which are valid: the host's, then this user's.
    package let catalogs: [String]
    /// The absolute paths of the lists of vulnerabilities, whose contents are not checked yet.
    package let vulnerabilityLists: [String]
    /// The signed catalogs of sites that this host uses.
    package let sites: SiteTrust
    /// Messages about ignored files.
    package let remarks: [String]

    /// Finds the files in the state directories of root and of this user.
    ///
    /// - Parameters:
    ///   - environment: The variables.
    ///   - signers: The absolute path of the allowed signers that a manifest names, or `nil`.
    ///   - sites: The sites that a manifest names, or `nil`.
    /// - Returns: The files.
    /// - Throws: ``Failure`` of kind `configuration` if GOTOOLPROV_STATE is not a path.
    package static func gathered(
        from environment: HostEnvironment,
        signers: String? = nil,
        sites: Set<SiteName>? = nil
    ) throws(Failure) -> HostKnowledge {
        let trust = try SiteTrust.gathered(from: environment, signers: signers, sites: sites)
        var remarks = trust.remarks
        let directories = try StateDirectory.all(from: environment)
        func existing(_ file: File) -> [String] {
            directories.map { "\($0)/\(file.rawValue)" }.filter { path in
                guard FileSystem.exists(path) else { return false }
                guard let reason = obstacle(to: path) else { return true }
                remarks.append("\(path) is ignored: \(reason)")
                return false
            }
        }
        let catalogs = existing(.catalog).filter { path in
            do throws(Failure) {
                return try CatalogLibrary.file(at: path, voucher: .catalog(path: path)) != nil
            } catch {
                remarks.append("\(path) is ignored: \(error.onOneLine)")
                return false
            }
        }
        let lists = existing(.vulnerabilities)
        return HostKnowledge(
            catalogs: catalogs,
            vulnerabilityLists: lists,
            sites: trust,
            remarks: remarks
        )
    }

    /// Returns the path of the file that this user writes by default.
    ///
    /// - Throws: ``Failure`` of kind `configuration` if the state directory is unknown.
    package static func path(
        of file: File,
        in environment: HostEnvironment
    ) throws(Failure) -> String {
        guard let directory = try StateDirectory.own(from: environment) else {
            throw Failure(
                .configuration,
                "\(environment.homeProblem), so the state directory is unknown",
                hint: "set HOME to an absolute path, or use `--output FILE`"
            )
        }
        return "\(directory)/\(file.rawValue)"
    }

    /// Returns why a file is not trusted, or `nil` if only this user and root can have written it.
    static func obstacle(to path: String) -> String? {
        do throws(FileError) {
            if let hazard = try PathSafety().hazard(on: path) { return "\(hazard)" }
            guard let mode = try FileSystem.mode(of: path), mode & 0o022 == 0 else {
                return "other users can write to it"
            }
            return nil
        } catch {
            return "\(error.errno)"
        }
    }
}
