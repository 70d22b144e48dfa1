/// Validates a JSON document against a schema in docs/schemas.
///
/// - Parameters:
///   - document: The document as text.
///   - schema: The name of the schema, such as `report`.
/// - Throws: ``SupportError`` if the document or the schema is invalid.
public func validate(_ document: String, against schema: String) async throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write("document.json", document)
    let script = """
        import json, sys, jsonschema
        schema = json.load(open(sys.argv[1]))
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.Draft202012Validator(schema).validate(json.load(open(sys.argv[2])))
        """
    let result = try await run(
        "/usr/bin/python3",
        ["-c", script, "\(packageDirectory)/docs/schemas/\(schema).schema.json", path]
    )
    guard result.status == 0 else {
        throw SupportError("\(schema): \(result.error.suffix(600))\n\(document)")
    }
}

/// Reads a schema in docs/schemas that is generated from the code.
///
/// - Parameters:
///   - name: The name of the schema, such as `report`.
///   - generated: The generated schema, which is first written to the file if `UPDATE_SNAPSHOTS` is 1.
/// - Returns: The text of the schema.
/// - Throws: ``SupportError`` if the file cannot be read or written.
public func committedSchema(_ name: String, generated: String) async throws -> String {
    let file = "\(packageDirectory)/docs/schemas/\(name).schema.json"
    if testVariable("UPDATE_SNAPSHOTS") == "1" {
        let directory = try TemporaryDirectory()
        _ = try await run("cp", [try directory.write("schema.json", generated), file])
    }
    return String(decoding: try bytes(of: file), as: UTF8.self)
}
