/// The top of the package, found from this file.
public let packageFolder: String =
    "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
