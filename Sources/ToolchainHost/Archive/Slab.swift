/// A piece of memory that is filled by one thread and read by the next.
@safe
final class Slab: @unchecked Sendable {
    // SAFETY: a slab is in one queue or in one thread's hands at any time; the queues' locks order
    // the accesses.
    let bytes: UnsafeMutableRawBufferPointer
    /// How much of it is filled.
    var count = 0

    init(byteCount: Int) {
        unsafe bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 64)
    }

    deinit { unsafe bytes.deallocate() }

    /// The part that is filled.
    var filled: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: bytes[..<count])
    }

    /// The part that is not.
    var free: UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[count...])
    }
}

/// A filled slab in the hands of everybody who still reads it; it goes back to where it came from
/// with the last of them.
final class SlabLease: Sendable {
    let slab: Slab
    private let pool: BoundedQueue<Slab>?

    /// A lease of `slab`, which returns to `pool` if there is one.
    init(_ slab: Slab, pool: BoundedQueue<Slab>? = nil) {
        self.slab = slab
        self.pool = pool
    }

    /// A copy of bytes that nobody may hold on to.
    convenience init(copying bytes: UnsafeRawBufferPointer) {
        let slab = Slab(byteCount: bytes.count)
        unsafe slab.bytes.copyMemory(from: bytes)
        slab.count = bytes.count
        self.init(slab)
    }

    deinit {
        guard let pool else { return }
        slab.count = 0
        // The pool has a place for each of its slabs, so this never waits.
        _ = pool.push(slab)
    }

    /// Where `bytes` stand in the slab; nil where they are not of it.
    func range(of bytes: UnsafeRawBufferPointer) -> Range<Int>? {
        guard let start = bytes.baseAddress, let base = unsafe slab.bytes.baseAddress
        else { return nil }
        let offset = unsafe start - UnsafeRawPointer(base)
        guard offset >= 0, offset + bytes.count <= slab.count else { return nil }
        return offset..<(offset + bytes.count)
    }
}

/// Bytes of a file that may be held on to.
struct FileBytes: Sendable {
    let lease: SlabLease
    let range: Range<Int>
}
