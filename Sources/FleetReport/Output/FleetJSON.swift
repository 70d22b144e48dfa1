internal import ToolchainCore

/// The fleet as JSON, as defined by docs/schemas/fleet.schema.json, with one host per line.
package struct FleetJSON: FleetOutput {
    package init() {}

    package func write(_ fleet: Fleet, to stream: inout TextStream) {
        let head = FleetDocument(headOf: fleet).document.rendered
        // The hosts are appended as the last member.
        stream += String(head.dropLast("\n}\n".count)) + ",\n  \"hosts\": ["
        for (index, row) in fleet.rows.enumerated() {
            stream += index == 0 ? "\n    " : ",\n    "
            stream += fleet.document(of: row, isLine: false).renderedOnOneLine
        }
        stream += fleet.rows.isEmpty ? "]\n}\n" : "\n  ]\n}\n"
    }
}

/// The hosts as JSON Lines, as defined by docs/schemas/fleet-host.schema.json.
package struct FleetJSONLines: FleetOutput {
    package init() {}

    package func write(_ fleet: Fleet, to stream: inout TextStream) {
        for row in fleet.rows {
            stream += fleet.document(of: row, isLine: true).renderedOnOneLine + "\n"
        }
        for name in fleet.absent {
            stream += fleet.document(ofMissing: name).renderedOnOneLine + "\n"
        }
    }
}
