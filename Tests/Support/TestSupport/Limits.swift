public import Testing

/// The time after which one test, or one row of its arguments, is considered hung.
///
/// A test that waits for a slot in `SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH` has not started
/// yet; one that shares two processors with seven others has. The limits allow for a busier machine.
extension Trait where Self == TimeLimitTrait {
    /// For Tests/Unit, also under ThreadSanitizer.
    public static var unitLimit: Self { .timeLimit(.minutes(2)) }

    /// For Tests/Program.
    public static var programLimit: Self { .timeLimit(.minutes(5)) }

    /// For Tests/Real.
    public static var realLimit: Self { .timeLimit(.minutes(10)) }

    /// For tests in Tests/Real that compile Delve or dozens of programs; the longest takes five
    /// minutes.
    public static var compilerLimit: Self { .timeLimit(.minutes(25)) }
}
