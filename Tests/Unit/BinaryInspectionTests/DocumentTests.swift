import TestSupport
import Testing
import ToolchainCore

@testable import BinaryInspection

/// Validates reports against docs/schemas/inspect.schema.json.
@Suite(.unitLimit)
struct DocumentTests {
    static let package = packageDirectory

    func validate(_ files: [JSONValue]) async throws -> CommandResult {
        let directory = try TemporaryDirectory()
        let document: JSONValue = [
            "schema": .string(DocumentKind.inspect.schema), "host": "amd64",
            "files": .array(files),
        ]
        let path = try directory.write("document.json", document.rendered)
        let script = """
            import json, sys, jsonschema
            schema = json.load(open(sys.argv[1]))
            jsonschema.Draft202012Validator.check_schema(schema)
            jsonschema.Draft202012Validator(schema).validate(json.load(open(sys.argv[2])))
            """
        return try await run(
            "/usr/bin/python3",
            ["-c", script, "\(Self.package)/docs/schemas/inspect.schema.json", path]
        )
    }

    @Test func `reports conform to their schema`() async throws {
        var other = ELFFixture.go(producerFlags: nil)
        other.sections.append(
            .init(name: ".gnu_debuglink", contents: Array("x.debug".utf8) + [0, 1, 2, 3, 4])
        )
        let fixtures = DamageTests.bases.map(\.fixture) + [other, ELFFixture()]
        let answers: [BinaryReport.CompatibleDelve] = [
            .version("1.26.3"), .none(because: "no known Delve is compatible with go1.29"),
            .unknown(because: "it names no release"),
        ]
        var documents = try fixtures.enumerated().map { index, fixture in
            let report = try BinaryReport(
                BinaryFile(bytes: fixture.bytes, path: "/tmp/x"),
                host: .amd64
            )
            return report.document(
                delve: answers[index % answers.count],
                substitutions: report.substitutions { _ in nil }
            )
        }
        documents.append(
            BinaryReport.document(ofUnreadable: "/x", Failure(.unavailable, "cannot read /x"))
        )
        try await validate(documents).expectSuccess()
    }

    @Test func `documents that violate the schema are detected`() async throws {
        for files: [JSONValue] in [[["file": "/x", "verdict": "full"]], []] {
            let result = try await validate(files)
            #expect(result.status != 0)
            #expect(result.error.contains("ValidationError"), "\(result)")
        }
    }
}
