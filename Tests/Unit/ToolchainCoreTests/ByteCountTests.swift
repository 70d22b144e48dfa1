import Testing
import ToolchainCore

struct ByteCountTests {
    @Test(arguments: [
        (0, "0 B", "0 B"), (1023, "1023 B", "1023 B"), (1024, "1 KiB", "1 KiB"),
        (1025, "1 KiB", "1.1 KiB"), (1536, "1.5 KiB", "1.5 KiB"),
        (512 << 20, "512 MiB", "512 MiB"), (1 << 30, "1 GiB", "1 GiB"),
        (70_590_635, "67.3 MiB", "67.4 MiB"), (228_100_000, "217 MiB", "218 MiB"),
        ((1 << 20) - 1, "1023 KiB", "1024 KiB"), ((100 << 10) - 1, "99.9 KiB", "100 KiB"),
        (Int.max, "8191 PiB", "8192 PiB"), (-5, "-5 B", "-5 B"),
    ])
    func `sizes have binary units and are never overstated, or never understated`(
        count: Int,
        down: String,
        upward: String
    ) {
        #expect(ByteCount(count).description == down)
        #expect(ByteCount(count, isRoundedUp: true).description == upward)
    }
}
