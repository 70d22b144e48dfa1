public import Testing

/// How long one test, or one row of its arguments, may take before it counts as hung.
///
/// A test that waits for a slot of `SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH` has not started yet; one that
/// shares two processors with seven others has. The limits leave room for a machine that is busier than that.
extension Trait where Self == TimeLimitTrait {
    /// For Tests/Unit, also under ThreadSanitizer.
    public static var unitLimit: Self { .timeLimit(.minutes(2)) }

    /// For Tests/Program.
    public static var programLimit: Self { .timeLimit(.minutes(5)) }

    /// For Tests/Real.
    public static var realLimit: Self { .timeLimit(.minutes(10)) }

    /// For those of Tests/Real that compile Delve or dozens of programs: the longest takes five minutes.
    public static var compilerLimit: Self { .timeLimit(.minutes(25)) }
}
