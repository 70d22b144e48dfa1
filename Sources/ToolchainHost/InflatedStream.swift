internal import Dispatch
internal import ToolchainCore

/// The inflated bytes of a verified archive, made by a thread of its own.
///
/// The bytes that are inflated are hashed once more as they are read: if the file was changed after
/// it was verified, the stream ends with an error.
final class InflatedStream: Sendable {
    private let full: BoundedQueue<SlabLease>
    private let empty: BoundedQueue<Slab>
    private let error = FirstError()
    private let thread = DispatchGroup()

    private static let slabCount = 24
    private static let inputSlabCount = 4
    private static let slabSize = 512 * 1024

    /// Starts to read and inflate `archive`, which must outlive the call of ``finish()``.
    ///
    /// - Parameters:
    ///   - archive: What to inflate.
    ///   - limit: How many inflated bytes are taken at most.
    ///   - inflation: Which library inflates.
    ///   - watch: Told of the bytes read, and asked whether to go on.
    init(
        _ archive: borrowing VerifiedArchive,
        limit: Int,
        inflation: Inflation,
        watch: Watch
    ) {
        full = BoundedQueue(capacity: Self.slabCount + 1)
        empty = BoundedQueue(capacity: Self.slabCount + 1)
        for _ in 0..<Self.slabCount { _ = empty.push(Slab(byteCount: Self.slabSize)) }
        let work = Work(
            descriptor: archive.file.descriptor.rawValue,
            path: archive.file.descriptor.path,
            byteCount: archive.byteCount,
            digest: archive.pin.digest,
            limit: limit,
            watch: watch
        )
        DispatchQueue(label: "inflate").async(group: thread) { [full, empty, error] in
            do {
                switch inflation {
                #if ISAL
                    case .isal: try work.run(ISALInflater.self, into: full, from: empty)
                #endif
                case .zlib: try work.run(ZlibInflater.self, into: full, from: empty)
                }
            } catch let reason {
                error.record(reason)
            }
            full.finish()
        }
    }

    /// The next piece; nil at the end of a stream that is whole.
    ///
    /// - Throws: What was wrong with the archive.
    func next() throws -> SlabLease? {
        if let piece = full.pop() { return piece }
        try error.rethrow()
        return nil
    }

    /// Ends the thread, whether or not the stream was read to its end.
    func finish() {
        full.cancel()
        empty.cancel()
        thread.wait()
    }

    private struct Work: Sendable {
        let descriptor: CInt
        let path: String
        let byteCount: Int
        let digest: SHA256Digest
        let limit: Int
        let watch: Watch

        func run<SomeInflater: Inflater & ~Copyable>(
            _ type: SomeInflater.Type,
            into full: BoundedQueue<SlabLease>,
            from empty: BoundedQueue<Slab>
        ) throws {
            var inflater = try type.starting(.gzip)
            let hasher = BackgroundHasher()
            let inputs = BoundedQueue<Slab>(capacity: InflatedStream.inputSlabCount + 1)
            for _ in 0..<InflatedStream.inputSlabCount {
                _ = inputs.push(Slab(byteCount: InflatedStream.slabSize))
            }
            var offset = 0
            var produced = 0
            guard var output = empty.pop() else { return }
            /// Hands the full output on and takes an empty one; false where nobody wants any more.
            func makeRoom() -> Bool {
                guard full.push(SlabLease(output, pool: empty)), let next = empty.pop() else {
                    return false
                }
                output = next
                return true
            }
            while let slab = inputs.pop() {
                let count = try unsafe OwnedDescriptor.read(
                    descriptor,
                    path,
                    into: slab.bytes,
                    at: offset
                )
                if count == 0 { break }
                offset += count
                slab.count = count
                let input = SlabLease(slab, pool: inputs)
                hasher.add(input)
                var used = 0
                while used < count {
                    guard !inflater.isFinished else {
                        throw ArchiveError.malformed("gzip: bytes after the end of the archive")
                    }
                    let step = try unsafe inflater.inflate(
                        UnsafeRawBufferPointer(rebasing: slab.filled[used...]),
                        into: output.free
                    )
                    used += step.consumed
                    output.count += step.produced
                    produced += step.produced
                    guard produced <= limit else {
                        throw ArchiveError.tooLarge(limit: "\(limit >> 20) MiB")
                    }
                    if unsafe output.free.isEmpty, !makeRoom() { return }
                }
                try watch.advance(.unpacking, to: offset, of: byteCount)
            }
            // All is read; what the inflater still holds back comes out now.
            while !inflater.isFinished {
                let step = try unsafe inflater.inflate(
                    UnsafeRawBufferPointer(start: nil, count: 0),
                    into: output.free
                )
                output.count += step.produced
                guard inflater.isFinished || step.produced > 0 else {
                    throw ArchiveError.malformed("gzip: the archive ends too early")
                }
                if unsafe output.free.isEmpty, !makeRoom() { return }
            }
            guard try hasher.finish() == digest, offset == byteCount else {
                throw ArchiveError.changedWhileRead
            }
            if output.count > 0 { _ = full.push(SlabLease(output, pool: empty)) }
        }
    }
}
