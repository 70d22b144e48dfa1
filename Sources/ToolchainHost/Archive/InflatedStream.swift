internal import ToolchainCore

/// The uncompressed bytes of a verified archive, produced by a separate thread if one can be created.
///
/// The compressed bytes are hashed again as they are read: if the file has changed since it was verified,
/// the stream ends with an error.
final class InflatedStream: PieceSource, @unchecked Sendable {
    // SAFETY: `inlineSource` is accessed only by the thread that calls ``next()``; the other properties
    // are immutable and Sendable.
    private var inlineSource: (any PieceSource)?
    private let full: BoundedQueue<SlabLease>
    private let empty: BoundedQueue<Slab>
    private let error = FirstError()
    private let thread: WorkerThread?

    private static let slabCount = 24
    private static let slabSize = 256 * 1024

    /// Starts to read and inflate `archive`, which must outlive the call of ``finish()``.
    ///
    /// - Parameters:
    ///   - archive: The archive.
    ///   - limit: The maximum uncompressed size in bytes.
    ///   - inflation: The library that inflates.
    ///   - monitor: Receives the number of bytes read, and cancels the work.
    /// - Throws: ``ArchiveError`` if there is not enough memory.
    init(
        _ archive: borrowing VerifiedArchive,
        limit: Int,
        inflation: Inflation,
        monitor: ProgressMonitor
    ) throws {
        full = BoundedQueue(capacity: Self.slabCount + 1)
        empty = BoundedQueue(capacity: Self.slabCount + 1)
        for _ in 0..<Self.slabCount { _ = empty.push(Slab(byteCount: Self.slabSize)) }
        let input = InflationInput(
            descriptor: archive.file.descriptor.rawValue,
            path: archive.file.descriptor.path,
            byteCount: archive.byteCount,
            digest: archive.pin.digest,
            limit: limit,
            monitor: monitor
        )
        let makeSource: @Sendable () throws -> any PieceSource = { [empty] in
            switch inflation {
            #if ISAL
                case .isal: try InflatedPieces<ISALInflater>(input, empty: empty)
            #endif
            case .zlib: try InflatedPieces<ZlibInflater>(input, empty: empty)
            }
        }
        thread = try? WorkerThread { [full, error] in
            do {
                let source = try makeSource()
                while let piece = try source.next(), full.push(piece) {}
            } catch let reason {
                error.record(reason)
            }
            full.finish()
        }
        if thread == nil { inlineSource = try makeSource() }
    }

    /// Returns the next piece; nil at the end of a complete stream.
    ///
    /// - Throws: The error in the archive, or that of reading it.
    func next() throws -> SlabLease? {
        if let inlineSource { return try inlineSource.next() }
        if let piece = full.pop() { return piece }
        try error.rethrow()
        return nil
    }

    /// Stops the thread, even if the stream was not read to its end.
    func finish() {
        full.cancel()
        empty.cancel()
        thread?.join()
        inlineSource = nil
    }
}

/// A source of uncompressed pieces.
protocol PieceSource: AnyObject {
    /// Returns the next piece; nil at the end, or if the consumer has stopped.
    func next() throws -> SlabLease?
}

/// The archive to inflate, and its expected size and digest.
private struct InflationInput: Sendable {
    let descriptor: CInt
    let path: String
    let byteCount: Int
    let digest: SHA256Digest
    let limit: Int
    let monitor: ProgressMonitor
}

/// Reads, hashes and inflates an archive, a slab of output at a time.
private final class InflatedPieces<SomeInflater: Inflater & ~Copyable>: PieceSource {
    private let input: InflationInput
    private var inflater: SomeInflater
    private let hasher = BackgroundHasher()
    private let inputs: BoundedQueue<Slab>
    private let empty: BoundedQueue<Slab>
    /// The piece of the archive that is being inflated.
    private var current: SlabLease?
    /// The number of bytes of ``current`` that have been inflated.
    private var used = 0
    private var offset = 0
    private var produced = 0
    private var hasEnded = false

    private static var inputSlabCount: Int { 4 }
    private static var inputSlabSize: Int { 256 * 1024 }

    init(_ input: InflationInput, empty: BoundedQueue<Slab>) throws {
        self.input = input
        self.empty = empty
        inflater = try SomeInflater.starting(.gzip)
        inputs = BoundedQueue(capacity: Self.inputSlabCount + 1)
        for _ in 0..<Self.inputSlabCount {
            _ = inputs.push(Slab(byteCount: Self.inputSlabSize))
        }
    }

    func next() throws -> SlabLease? {
        guard !hasEnded, let output = empty.pop() else { return nil }
        while unsafe !output.free.isEmpty, try fill(output) {}
        return output.count > 0 ? SlabLease(output, pool: empty) : nil
    }

    /// Inflates until `output` is full; returns false at the end of the archive.
    private func fill(_ output: Slab) throws -> Bool {
        if current == nil { current = try read() }
        guard let piece = current else {
            guard !inflater.isFinished else {
                try end()
                return false
            }
            // The whole archive has been read; flush the output that the inflater has buffered.
            let step = try unsafe inflater.inflate(
                UnsafeRawBufferPointer(start: nil, count: 0),
                into: output.free
            )
            try add(step, to: output)
            guard inflater.isFinished || step.produced > 0 else {
                throw ArchiveError.malformed("gzip: the archive is truncated")
            }
            return true
        }
        guard !inflater.isFinished else {
            throw ArchiveError.malformed("gzip: trailing data after the archive")
        }
        let step = try unsafe inflater.inflate(
            UnsafeRawBufferPointer(rebasing: piece.slab.filled[used...]),
            into: output.free
        )
        try add(step, to: output)
        used += step.consumed
        if used == piece.slab.count {
            current = nil
            used = 0
            try input.monitor.advance(.unpacking, to: offset, of: input.byteCount)
        }
        return true
    }

    private func add(_ step: InflationStep, to output: Slab) throws {
        output.count += step.produced
        produced += step.produced
        guard produced <= input.limit else {
            throw ArchiveError.tooLarge(limit: "\(ByteCount(input.limit))")
        }
    }

    /// Reads the next piece of the archive and queues it for hashing; returns nil at the end.
    private func read() throws -> SlabLease? {
        guard let slab = inputs.pop() else { return nil }
        slab.count = try unsafe OwnedDescriptor.read(
            input.descriptor,
            input.path,
            into: slab.bytes,
            at: offset
        )
        let piece = SlabLease(slab, pool: inputs)
        guard slab.count > 0 else { return nil }
        offset += slab.count
        hasher.add(piece)
        return piece
    }

    private func end() throws {
        hasEnded = true
        guard try hasher.finish() == input.digest, offset == input.byteCount else {
            throw ArchiveError.changedWhileRead
        }
    }
}
