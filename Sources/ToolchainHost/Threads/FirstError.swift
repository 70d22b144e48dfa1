/// The first error of several threads, which is the cause of the others.
final class FirstError: Sendable {
    private let error = Guarded<(any Error)?>(nil)

    /// Records `error`, unless an error has already been recorded.
    func record(_ error: any Error) {
        self.error.withLock { if $0 == nil { $0 = error } }
    }

    /// Throws the recorded error, if any.
    func rethrow() throws {
        if let error = error.withLock({ $0 }) { throw error }
    }
}
