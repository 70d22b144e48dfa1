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
