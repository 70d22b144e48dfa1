/// Why `doctor --fix` did not apply a remedy.
package struct RemedyRefusal: Error {
    /// The file, and the reason that it was not changed.
    package let words: String
}
