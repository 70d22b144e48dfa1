/// A buffer that is filled by one thread and read by another.
@safe
final class Slab: @unchecked Sendable {
    // SAFETY: at any time, a slab is either in one queue or used by one thread; the locks of the queues
    // order the accesses.
    let bytes: UnsafeMutableRawBufferPointer
    /// The number of filled bytes.
    var count = 0

    init(byteCount: Int) {
        unsafe bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 64)
    }

    deinit { unsafe bytes.deallocate() }

    var filled: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: bytes[..<count])
    }

    /// The part that is not filled.
    var free: UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[count...])
    }
}

/// Shared ownership of a filled slab, which returns to its pool when the last reader releases it.
final class SlabLease: Sendable {
    let slab: Slab
    private let pool: BoundedQueue<Slab>?

    /// Creates a lease of `slab`, which returns to `pool`, if any.
    init(_ slab: Slab, pool: BoundedQueue<Slab>? = nil) {
        self.slab = slab
        self.pool = pool
    }

    /// Creates a lease of a copy of `bytes`.
    convenience init(copying bytes: UnsafeRawBufferPointer) {
        let slab = Slab(byteCount: bytes.count)
        unsafe slab.bytes.copyMemory(from: bytes)
        slab.count = bytes.count
        self.init(slab)
    }

    deinit {
        guard let pool else { return }
        slab.count = 0
        // The pool has capacity for all of its slabs, so this never blocks.
        _ = pool.push(slab)
    }

    /// Returns the range of `bytes` in the slab; nil if they are not in it.
    func range(of bytes: UnsafeRawBufferPointer) -> Range<Int>? {
        guard let start = bytes.baseAddress, let base = unsafe slab.bytes.baseAddress
        else { return nil }
        let offset = unsafe start - UnsafeRawPointer(base)
        guard offset >= 0, offset + bytes.count <= slab.count else { return nil }
        return offset..<(offset + bytes.count)
    }
}

/// Bytes of a file, with a lease that keeps them valid.
struct FileBytes: Sendable {
    let lease: SlabLease
    let range: Range<Int>
}
