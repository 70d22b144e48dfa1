/// A writer of the data types of SSH (RFC 4251, section 5).
struct WireWriter {
    private(set) var written: [UInt8] = []

    /// Appends bytes as they are.
    mutating func append(raw bytes: some Collection<UInt8>) { written += bytes }

    /// Appends a string of bytes, with its length.
    mutating func append(_ bytes: some Collection<UInt8>) {
        let count = UInt32(bytes.count)
        written += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
        written += bytes
    }
}
