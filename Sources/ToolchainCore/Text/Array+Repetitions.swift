extension Array {
    /// Returns the elements without those that equal an earlier one in a given respect.
    ///
    /// Lists of requests and versions are short, so each element is compared with the earlier ones.
    ///
    /// - Parameter isSame: Whether an element repeats an earlier one.
    /// - Returns: The first of each, in order.
    package func withoutRepetitions(_ isSame: (Element, Element) -> Bool) -> [Element] {
        var kept: [Element] = []
        for element in self where !kept.contains(where: { isSame($0, element) }) {
            kept.append(element)
        }
        return kept
    }
}
