// Whatever is thrown may end up in a message, so that each error says in words what happened.

extension RemedyRefusal: CustomStringConvertible {
    var description: String { words }
}
