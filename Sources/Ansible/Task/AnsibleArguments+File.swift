internal import ToolchainCore
internal import ToolchainHost

extension AnsibleArguments {
    /// Reads the arguments file at a path relative to the working directory of `environment`.
    ///
    /// - Throws: ``Failure`` of kind `usage` if the file cannot be read or is invalid.
    init(file: String, from environment: HostEnvironment) throws(Failure) {
        let limit = Self.maximumSize
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
