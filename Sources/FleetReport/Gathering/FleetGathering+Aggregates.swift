package import ToolchainCore
internal import ToolchainHost

/// Saved aggregates as input.
extension FleetGathering {
    func savedFleet(_ path: String) throws(Failure) -> Fleet? {
        guard path != "-", Self.isAggregate(path) else { return nil }
        return try Self.saved(path).fleet
    }

    static func isAggregate(_ path: String) -> Bool {
        guard let start = try? FileSystem.contents(of: path, limit: 256) else { return false }
        // Of any schema version, so that an unsupported one is reported as such.
        return String(decoding: start, as: UTF8.self).contains("\"gotoolprov.fleet/")
    }

    /// Reads a saved aggregate.
    ///
    /// - Throws: ``Failure`` if the file cannot be read or is not an aggregate.
    package static func saved(_ path: String) throws(Failure) -> Saved {
        let bytes: [UInt8]?
        do {
            bytes = try FileSystem.contents(of: path, limit: maximumAggregateSize + 1)
        } catch {
            throw unreadable(path, error)
        }
        guard let bytes, bytes.count <= maximumAggregateSize else {
            throw Failure(
                .unavailable,
                bytes == nil ? "the aggregate does not exist" : "the aggregate is too large",
                facts: [.init("file", path)]
            )
        }
        do {
            return (try Fleet(parsing: bytes), try SHA256Digest(of: bytes))
        } catch {
            throw Failure(
                .integrity,
                "the aggregate is invalid",
                facts: [.init("file", path), .init("because", "\(error)")]
            )
        }
    }
}
