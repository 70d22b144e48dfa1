internal import Glibc

/// libFuzzer as a function: FuzzerInterface.h of compiler-rt.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ argumentCount: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The built-in mutations of libFuzzer: bits, bytes, pieces of other inputs.
@_silgen_name("LLVMFuzzerMutate")
private func mutateBytes(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ limit: Int) -> Int

/// Mutates an input; libFuzzer calls a function of this name if it exists.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(
    _ data: UnsafeMutablePointer<UInt8>,
    _ size: Int,
    _ limit: Int,
    _ seed: CUnsignedInt
) -> Int {
    var random = RandomSource(seed: UInt64(seed))
    guard size > 0, let reader = unsafe Reader(rawValue: data[0]) else {
        return unsafe mutateBytes(data, size, limit)
    }
    // Broken JSON is tested too, but seldom, because most of it ends at the first bracket.
    if reader.shape != .bytes, !random.hits(oneIn: 5) {
        let input = unsafe Array(UnsafeBufferPointer(start: data + 1, count: size - 1))
        let output = reader.shape.mutated(input, &random)
        if let output, output != input, output.count < limit {
            for (index, byte) in output.enumerated() { unsafe data[index + 1] = byte }
            return output.count + 1
        }
    }
    // The first byte stays the same, because it selects the reader.
    return unsafe max(1, 1 + mutateBytes(data + 1, size - 1, limit - 1))
}

/// The number of inputs for each reader, and of those that it accepted.
nonisolated(unsafe) private var counts = [(all: Int, accepted: Int)](
    repeating: (0, 0),
    count: Reader.allCases.count
)

private func feed(_ input: [UInt8], to reader: Reader) {
    let isAccepted = (try? reader.read(input)) ?? false
    unsafe counts[Int(reader.rawValue)].all += 1
    if isAccepted { unsafe counts[Int(reader.rawValue)].accepted += 1 }
}

/// Feeds every reader with mutations of its own seeds, because libFuzzer favors readers that are
/// fast and have much code.
private func tryEach(_ reader: Reader) {
    var random = RandomSource(seed: UInt64(reader.rawValue))
    let end = ContinuousClock.now + .milliseconds(100)
    var number = 0
    for seed in reader.seeds { feed(seed, to: reader) }
    while number < 20 || number < 2000 && ContinuousClock.now < end {
        let seed = reader.seeds[random.below(reader.seeds.count)]
        if let input = reader.shape.mutated(seed, &random) { feed(input, to: reader) }
        number += 1
    }
}

/// Writes the seeds to the directory in the first argument, and passes the others to libFuzzer.
@main
enum Fuzzing {
    static func main() {
        guard CommandLine.argc > 1 else {
            preconditionFailure("the first argument must be a directory for seeds")
        }
        for reader in Reader.allCases {
            for (number, seed) in reader.seeds.enumerated() {
                let path = "\(CommandLine.arguments[1])/\(reader).\(number)"
                guard let file = unsafe fopen(path, "w") else { preconditionFailure(path) }
                let bytes = [reader.rawValue] + seed
                _ = unsafe fwrite(bytes, 1, bytes.count, file)
                _ = unsafe fclose(file)
            }
        }
        atexit(summarize)
        for reader in Reader.allCases { tryEach(reader) }
        var count = CommandLine.argc - 1
        var arguments = unsafe CommandLine.unsafeArgv + 1
        exit(
            unsafe runDriver(&count, &arguments) { start, count in
                let input = unsafe UnsafeBufferPointer(start: start, count: count)
                guard let first = unsafe input.first, let reader = Reader(rawValue: first) else {
                    return -1
                }
                unsafe feed(Array(input.dropFirst()), to: reader)
                return 0
            }
        )
    }

    /// Prints the counts, and fails if a reader accepted nothing, because it was then hardly tested.
    private static let summarize: @convention(c) () -> Void = {
        var untested: [Reader] = []
        for reader in Reader.allCases {
            let (all, accepted) = unsafe counts[Int(reader.rawValue)]
            print("accepted \(accepted) of \(all): \(reader)")
            if accepted == 0 { untested.append(reader) }
        }
        guard !untested.isEmpty else { return }
        print("error: these readers accepted nothing, so they were not tested: \(untested)")
        fflush(nil)
        _exit(1)
    }
}
