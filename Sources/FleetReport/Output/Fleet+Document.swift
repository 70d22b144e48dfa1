internal import ToolchainCore

/// JSON documents of single hosts.
extension Fleet {
    func document(of row: HostRow, isLine: Bool) -> JSONValue {
        HostDocument(
            row: row,
            state: state(of: row),
            age: ages.age(of: row),
            support: support(of: row),
            vulnerabilityCount: vulnerabilityCount(of: row),
            findings: findings(of: row),
            isLine: isLine
        ).document
    }

    func document(ofMissing name: String) -> JSONValue {
        [
            "schema": .string(DocumentKind.fleetHost.schema),
            "name": .string(name),
            "state": .string(HostRow.State.missing.rawValue),
            "support": .string(Support.State.unknown.rawValue),
            "vulns": nil,
            "versions": [],
            "findings": [inputs.absence(of: name).document],
        ]
    }
}
