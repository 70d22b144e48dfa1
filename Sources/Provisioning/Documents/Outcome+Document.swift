package import ToolchainCore

extension Provisioner.Outcome {
    /// What became of a wish for a Go, in the documents of `ensure` and of Ansible.
    package var document: JSONValue {
        let document: JSONValue = [
            "request": .string(text), "version": .string(version.description),
            "action": .string(action.rawValue), "goroot": .string(goRoot),
            "launcher": .string(launcherPath), "formerGoroot": JSONValue(formerGoRoot),
        ]
        return missing.map { document.adding("missing", .string($0.description)) } ?? document
    }

    /// Why the version is not the newest that is known.
    package var remark: String? {
        missing.map {
            "\($0.toolchainName) is newer and also answers `\(text)`, but no source has it"
        }
    }
}
