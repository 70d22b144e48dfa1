/// A header of requests to one server, which identifies this user.
package struct RequestHeader: Hashable, Sendable {
    /// The name, as written.
    package let name: String
    package let value: Secret

    /// Creates a header; both parts are valid in HTTP.
    init(name: String, value: Secret) {
        self.name = name
        self.value = value
    }

    /// The header for a login and a password (RFC 7617).
    init(login: [UInt8], password: [UInt8]) {
        name = "Authorization"
        value = Secret("Basic \(Base64.encoded(login + [UInt8(ascii: ":")] + password))")
    }

    /// Whether this is the header that a login and a password are sent in.
    package var isAuthorization: Bool { name.lowercased() == "authorization" }
}
