internal import ToolchainCore

extension JSONValue {
    /// Creates an object of the members whose value is not `nil`.
    static func present(_ members: [(String, JSONValue?)]) -> JSONValue {
        .object(members.compactMap { key, value in value.map { Member(key, $0) } })
    }

    /// Returns a string value, or `nil`.
    static func optional(_ value: (some CustomStringConvertible)?) -> JSONValue? {
        value.map { .string($0.description) }
    }

    /// Creates an array of strings.
    static func strings(_ strings: some Sequence<String>) -> JSONValue {
        .array(strings.map { .string($0) })
    }
}
