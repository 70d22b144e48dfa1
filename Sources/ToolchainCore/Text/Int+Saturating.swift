extension Int {
    /// Returns the sum, or `Int.max` if it overflows; `addend` must not be negative.
    package func saturatingPlus(_ addend: Int) -> Int {
        let (sum, isTooLarge) = addingReportingOverflow(addend)
        return isTooLarge ? .max : sum
    }
}
