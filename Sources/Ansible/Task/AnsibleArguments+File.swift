internal import ToolchainCore
internal import ToolchainHost

extension AnsibleArguments {
    /// Reads the file of arguments at a path, as a process with this environment sees it.
    ///
    /// - Throws: ``Failure`` of kind `usage` where it cannot be read, or is not what Ansible writes.
    init(file: String, from environment: HostEnvironment) throws(Failure) {
        let limit = Self.largest
        let bytes: [UInt8]
        do {
            let path = environment.absolutePath(file) ?? file
            guard let found = try FileSystem.contents(of: path, limit: limit + 1) else {
                throw Failure(
                    .usage,
                    "the arguments file does not exist",
                    facts: [.init("file", file)]
                )
            }
            bytes = found
        } catch let error as FileError {
            throw Failure(
                .usage,
                "cannot read the arguments file",
                facts: [.init("file", error.path), .init("because", error.errno)]
            )
        } catch let error as Failure {
            throw error
        } catch {
            throw Failure(.defect, "\(error)")
        }
        guard bytes.count <= limit else {
            throw Failure(
                .usage,
                "the arguments are too large",
                facts: [.init("file", file), .init("limit", "\(limit) bytes")]
            )
        }
        do throws(Rejection) {
            self = try AnsibleArguments(parsing: bytes)
        } catch {
            throw Failure(.usage, error.reason, hint: error.hint)
        }
    }
}
