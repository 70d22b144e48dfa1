/// Why something that `doctor --fix` could do was not done.
package struct RemedyRefusal: Error {
    /// The file, and what is the matter with it.
    package let words: String
}
