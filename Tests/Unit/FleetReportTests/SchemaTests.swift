import FleetReport
import TestSupport
import Testing
import ToolchainCore

/// The schemas that are derived from the declarations of fields.
struct SchemaTests {
    static let schemas: [(name: String, schema: JSONValue)] = [
        ("report", HostReport.schema(titled: "gotoolprov report --format json")),
        ("fleet", Fleet.schema), ("fleet-host", Fleet.lineSchema),
    ]

    @Test(arguments: schemas)
    func `a schema matches the declarations in code`(name: String, schema: JSONValue) async throws {
        let text = try await committedSchema(name, generated: schema.rendered)
        #expect(
            text == schema.rendered,
            "UPDATE_SNAPSHOTS=1 swift test --disable-xctest --filter SchemaTests writes docs/schemas"
        )
    }
}
