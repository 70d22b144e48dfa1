internal import ToolchainCore

/// The inflated bytes of a verified archive, made by a thread of its own if there can be one.
///
/// The bytes that are inflated are hashed once more as they are read: if the file was changed after
/// it was verified, the stream ends with an error.
final class InflatedStream: @unchecked Sendable {
    // SAFETY: `own` is touched only by the thread that calls ``next()``; the rest is immutable and
    // Sendable.
    private var own: (any PieceSource)?
    private let full: BoundedQueue<SlabLease>
    private let empty: BoundedQueue<Slab>
    private let error = FirstError()
    private let thread: WorkerThread?

    private static let slabCount = 24
    private static let slabSize = 256 * 1024

    /// Starts to read and inflate `archive`, which must outlive the call of ``finish()``.
    ///
    /// - Parameters:
    ///   - archive: What to inflate.
    ///   - limit: How many inflated bytes are taken at most.
    ///   - inflation: Which library inflates.
    ///   - monitor: Receives the number of bytes read, and decides whether to continue.
    /// - Throws: ``ArchiveError`` where memory is short.
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
        if thread == nil { own = try makeSource() }
    }

    /// The next piece; nil at the end of a stream that is whole.
    ///
    /// - Throws: What was wrong with the archive.
    func next() throws -> SlabLease? {
        if let own { return try own.next() }
        if let piece = full.pop() { return piece }
        try error.rethrow()
        return nil
    }

    /// Ends the thread, whether or not the stream was read to its end.
    func finish() {
        full.cancel()
        empty.cancel()
        thread?.join()
        own = nil
    }
}

/// Where inflated pieces come from, one after the other.
private protocol PieceSource: AnyObject {
    /// The next piece; nil at the end, or where nobody wants any more.
    func next() throws -> SlabLease?
}

/// What is inflated and what it has to be.
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
    /// The piece of the archive that is being inflated, and how much of it has been.
    private var current: SlabLease?
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

    /// Inflates what fits into `output`; false at the end of the archive.
    private func fill(_ output: Slab) throws -> Bool {
        if current == nil { current = try read() }
        guard let piece = current else {
            guard !inflater.isFinished else {
                try end()
                return false
            }
            // All is read; what the inflater still holds back comes out now.
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

    /// The next piece of the archive, which is hashed meanwhile; nil at its end.
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
