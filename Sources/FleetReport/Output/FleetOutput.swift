/// An output format of a fleet.
package protocol FleetOutput: Sendable {
    /// Writes the fleet in pieces, so that the text of a large fleet is never in memory as a whole.
    func write(_ fleet: Fleet, to stream: inout TextStream)
}

extension FleetOutput {
    /// Writes the fleet and flushes the stream.
    ///
    /// - Parameters:
    ///   - fleet: The fleet to write.
    ///   - sink: Receives the text in pieces.
    package func write(_ fleet: Fleet, to sink: @escaping (String) -> Void) {
        var stream = TextStream(sink)
        write(fleet, to: &stream)
        stream.flush()
    }
}
