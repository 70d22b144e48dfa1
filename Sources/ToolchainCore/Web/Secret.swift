/// A value that identifies a user: a password, or the value of a header.
///
/// Interpolation, printing and dumping show `***`, also if another value contains it.
package struct Secret: Hashable, Sendable {
    /// The value, only for the request that it is sent with.
    package let disclosed: String

    /// Protects a value.
    package init(_ value: String) { disclosed = value }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "***" }
    package var debugDescription: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
