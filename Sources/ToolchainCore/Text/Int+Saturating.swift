extension Int {
    /// The sum, or the largest number where it is larger.
    package func saturatingPlus(_ addend: Int) -> Int {
        let (sum, isTooLarge) = addingReportingOverflow(addend)
        return isTooLarge ? .max : sum
    }
}
