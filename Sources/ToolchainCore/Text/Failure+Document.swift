extension Failure {
    /// The failure as JSON.
    package var document: JSONValue {
        [
            "kind": .string(kind.name),
            "exitStatus": .integer(Int(kind.exitStatus)),
            "message": .string(message),
            "facts": .array(
                facts.map { ["label": .string($0.label), "value": .string($0.value)] }
            ),
            "hint": JSONValue(hint),
        ]
    }
}
