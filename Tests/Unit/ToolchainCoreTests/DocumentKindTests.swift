import TestSupport
import Testing
import ToolchainCore

/// The kinds of JSON documents and their schemas in docs/schemas.
@Suite(.unitLimit)
struct DocumentKindTests {
    static let schemas = "\(packageDirectory)/docs/schemas"

    @Test(arguments: [
        ("gotoolprov.list/1", DocumentKind.list, 1), ("gotoolprov.fleet/2", .fleet, 2),
        ("gotoolprov.fleet-host/2", .fleetHost, 2),
        ("gotoolprov.vscode-tools/30", .vscodeTools, 30),
    ])
    func `a schema names a kind and its version`(text: String, kind: DocumentKind, version: Int) {
        let named = DocumentKind.named(by: text)
        #expect(named?.kind == kind && named?.version == version)
    }

    @Test(arguments: [
        "", "gotoolprov.list", "gotoolprov.list/", "gotoolprov.list/+1", "gotoolprov.list/01",
        "gotoolprov.list/1 ", "gotoolprov.lists/1", "list/1",
        "gotoolprov.list/99999999999999999999",
    ])
    func `an invalid schema name is rejected`(text: String) {
        #expect(DocumentKind.named(by: text) == nil)
    }

    static func node(_ kind: DocumentKind) throws -> JSONNode {
        let name = kind == .host ? "report" : kind.rawValue
        return try JSONReader.read(
            try bytes(of: "\(schemas)/\(name).schema.json"),
            dialect: .strict
        )
    }

    static func member(_ node: JSONNode?, _ key: String) -> JSONNode? {
        guard case .object(let members) = node?.content else { return nil }
        return members.first { $0.key == key }?.value
    }

    @Test(arguments: DocumentKind.allCases)
    func `every kind has a schema that requires its name`(kind: DocumentKind) throws {
        let schema = try Self.node(kind)
        let first = Self.member(Self.member(schema, "properties"), "schema")
        #expect(Self.member(first, "const")?.content == .string(kind.schema))
        #expect(Self.member(schema, "additionalProperties")?.content == .boolean(false))
    }

    /// The keys of all objects that a schema describes.
    static func keys(_ node: JSONNode) -> [String] {
        switch node.content {
        case .object(let members):
            members.flatMap { member in
                guard member.key == "properties", case .object(let own) = member.value.content
                else { return keys(member.value) }
                return own.map(\.key) + own.flatMap { keys($0.value) }
            }
        case .array(let nodes): nodes.flatMap(keys)
        default: []
        }
    }

    /// The documents of the Ansible module follow Ansible's naming instead.
    @Test(arguments: DocumentKind.allCases.filter { $0 != .ansible })
    func `no key has an underscore`(kind: DocumentKind) throws {
        let keys = Self.keys(try Self.node(kind))
        #expect(keys.filter { $0.contains(byte: "_") } == [])
    }
}
