// Whatever is thrown may end up in a message, so that each error says in words what happened.

extension AnsibleArguments.Rejection: CustomStringConvertible {
    var description: String { reason }
}

extension RemedyRefusal: CustomStringConvertible {
    var description: String { words }
}
