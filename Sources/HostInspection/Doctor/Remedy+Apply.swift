internal import ToolchainCore
internal import ToolchainHost

extension DoctorCheck.Remedy {
    /// The maximum size of a settings file to change, in bytes.
    private static let largest = 1 << 20

    /// Applies the remedy; the file keeps its other settings and its mode.
    ///
    /// - Returns: A description of the change.
    /// - Throws: ``RemedyRefusal`` if the file must not or cannot be replaced.
    package func apply() throws(RemedyRefusal) -> String {
        switch self {
        case .setGoVariable(let name, let directory, let file):
            let reason: String?
            do throws(FileError) {
                reason = try Self.setGoVariable(name, to: directory, in: file)
            } catch {
                throw RemedyRefusal(words: "\(error.path): \(error.errno)")
            }
            if let reason { throw RemedyRefusal(words: "\(file) was not changed: \(reason)") }
            return "\(name)=\(directory) in \(file)"
        }
    }

    /// Adds a line to the file that `go env -w` writes.
    ///
    /// - Returns: Why the file was not changed, or `nil` if it was.
    private static func setGoVariable(
        _ name: String,
        to directory: String,
        in file: String
    ) throws(FileError) -> String? {
        // Refuse files that other users can replace, and files that root, with another user's HOME,
        // would own.
        for place in [file, directory] {
            if let hazard = try PathSafety().hazard(on: place) { return "\(hazard)" }
        }
        // A symbolic link, for instance to a dotfiles directory, is kept; its target is replaced.
        let target = FileSystem.withoutLinks(file)
        if target == nil, try FileSystem.kind(of: file) != nil {
            return "it is a dangling symbolic link"
        }
        let path = target ?? file
        if let count = try FileSystem.nameCount(of: path), count > 1 {
            return "it has \(count) hard links, which replacing it would separate"
        }
        let old = try FileSystem.contents(of: path, limit: largest + 1) ?? []
        guard old.count <= largest else { return "it is larger than 1 MiB" }
        guard let new = GoSettings.contents(setting: name, to: directory, in: old) else {
            return "it sets \(name) already or is not text"
        }
        let mode = try FileSystem.mode(of: path) ?? 0o644
        guard mode & 0o200 != 0 else { return "its mode does not allow its owner to write" }
        try FileSystem.makeDirectories(directory)
        let parts = path.split(byte: "/").dropLast()
        try FileSystem.makeDirectories("/" + parts.joined(separator: "/"))
        try FileSystem.replaceFile(at: path, with: new, mode: mode, isSweeping: true)
        return nil
    }
}
