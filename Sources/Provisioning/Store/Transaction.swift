internal import ToolchainCore
internal import ToolchainHost

/// An operation under a lock that cleans up after itself if it fails.
///
/// After a failure, the directories that the operation created are deleted if they are empty, and so is
/// the lock file if the operation created it.
struct Transaction: ~Copyable {
    /// The directories that the operation has created so far, including those for the lock, outermost
    /// first.
    var made: [String]
    /// Whether to clean up after a success as well.
    var leavesNoTrace = false
    private let lock: InstallLock

    /// Creates a transaction from a lock that is held.
    init(_ lock: consuming InstallLock, made: [String]) {
        self.lock = lock
        self.made = made
    }

    fileprivate consuming func end(isSuccess: Bool) {
        if isSuccess, !leavesNoTrace { return }
        lock.discardIfNew()
        FileSystem.removeEmptyDirectories(made)
    }
}

extension Store {
    /// Runs an operation under the lock `name`.
    ///
    /// Other processes may have changed the store while this one waited, so the operation must read its
    /// state again.
    ///
    /// - Parameters:
    ///   - name: The name of the lock: an installation's, or ``Store/defaultLock``.
    ///   - body: The operation.
    /// - Returns: The result of the operation.
    /// - Throws: What the operation throws, or the reason that the lock cannot be acquired.
    func transaction<Result>(
        on name: String,
        _ body: (inout Transaction) throws -> Result
    ) throws -> Result {
        var transaction = try lock(name)
        do {
            let result = try body(&transaction)
            transaction.end(isSuccess: true)
            return result
        } catch {
            transaction.end(isSuccess: false)
            throw error
        }
    }

    /// Runs an operation under the lock `name`, and converts its errors.
    ///
    /// - Parameters:
    ///   - name: The name of the lock.
    ///   - task: The task for the error message, such as `install go1.27.3`.
    ///   - body: The operation.
    /// - Returns: The result of the operation.
    /// - Throws: ``Failure``.
    func transaction<Result>(
        on name: String,
        to task: String,
        _ body: (inout Transaction) throws -> Result
    ) throws(Failure) -> Result {
        do {
            return try transaction(on: name, body)
        } catch {
            throw session.failure(for: error, doing: task)
        }
    }
}
