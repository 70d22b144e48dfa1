/// The first of the errors that several threads run into; the others follow from it.
final class FirstError: Sendable {
    private let error = Guarded<(any Error)?>(nil)

    /// Remembers `error` unless there is one already.
    func record(_ error: any Error) {
        self.error.withLock { if $0 == nil { $0 = error } }
    }

    /// Throws the error, if there is one.
    func rethrow() throws {
        if let error = error.withLock({ $0 }) { throw error }
    }
}
