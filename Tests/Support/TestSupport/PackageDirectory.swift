/// The top directory of the package, derived from the path of this file.
public let packageDirectory: String =
    "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
