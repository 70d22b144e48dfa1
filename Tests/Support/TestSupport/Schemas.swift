/// Validates a JSON document against a schema of docs/schemas.
///
/// - Parameters:
///   - document: The text of the document.
///   - schema: The schema's name, as `report`.
/// - Throws: When the document or the schema is invalid.
public func validate(_ document: String, against schema: String) async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("document.json", document)
    let script = """
        import json, sys, jsonschema
        schema = json.load(open(sys.argv[1]))
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.Draft202012Validator(schema).validate(json.load(open(sys.argv[2])))
        """
    let result = try await run(
        "/usr/bin/python3",
        ["-c", script, "\(packageFolder)/docs/schemas/\(schema).schema.json", path]
    )
    guard result.status == 0 else {
        throw SupportError("\(schema): \(result.error.suffix(600))\n\(document)")
    }
}
