/// A form in which a fleet is written.
package protocol FleetOutput: Sendable {
    /// Writes the fleet piece by piece, so that the text of a large one is never in memory as a whole.
    func write(_ fleet: Fleet, to stream: inout TextStream)
}

extension FleetOutput {
    /// Writes the fleet.
    ///
    /// - Parameters:
    ///   - fleet: The fleet.
    ///   - sink: Takes the text piece by piece.
    package func write(_ fleet: Fleet, to sink: @escaping (String) -> Void) {
        var stream = TextStream(sink)
        write(fleet, to: &stream)
        stream.flush()
    }
}
