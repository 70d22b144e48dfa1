/// The top of the package, found from this file.
public let packageDirectory: String =
    "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
