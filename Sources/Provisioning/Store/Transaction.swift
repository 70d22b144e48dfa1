internal import ToolchainCore
internal import ToolchainHost

/// Work under a lock that comes to something or leaves no trace.
///
/// What a failure leaves behind is as little as before: the directories that were made on the way are
/// deleted as far as they are empty, and the lock's file if this made it.
struct Transaction: ~Copyable {
    /// The directories that were made on the way, to have the lock and later, outermost first.
    var made: [String]
    /// Whether nothing of it stays behind in the store after a success either.
    var leavesNothing = false
    private let lock: InstallLock

    /// Work under a lock that is held.
    init(_ lock: consuming InstallLock, made: [String]) {
        self.lock = lock
        self.made = made
    }

    fileprivate consuming func end(isSuccess: Bool) {
        if isSuccess, !leavesNothing { return }
        lock.discardIfNew()
        FileSystem.removeEmptyDirectories(made)
    }
}

extension Store {
    /// Carries out work under the lock called `name`.
    ///
    /// Others may have changed what was planned with while this waited, so the work looks again.
    ///
    /// - Parameters:
    ///   - name: The name of the lock: an installation's, or ``Store/defaultLock``.
    ///   - body: The work.
    /// - Returns: What the work returns.
    /// - Throws: What the work throws, or why the lock cannot be acquired.
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

    /// Carries out work under the lock called `name`, with errors in words.
    ///
    /// - Parameters:
    ///   - name: The name of the lock.
    ///   - task: What cannot be done where it fails: `install go1.27.3`.
    ///   - body: The work.
    /// - Returns: What the work returns.
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
