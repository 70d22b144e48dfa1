internal import Glibc

/// libFuzzer, as a function: compiler-rt's FuzzerInterface.h.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ argumentCount: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// libFuzzer's own mutations: bits, bytes, pieces of other inputs.
@_silgen_name("LLVMFuzzerMutate")
private func mutateBytes(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ limit: Int) -> Int

/// What libFuzzer calls for every new input, where there is a function of this name.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(
    _ data: UnsafeMutablePointer<UInt8>,
    _ size: Int,
    _ limit: Int,
    _ seed: CUnsignedInt
) -> Int {
    var chance = Chance(seed: UInt64(seed))
    guard size > 0, let reader = unsafe Reader(rawValue: data[0]) else {
        return unsafe mutateBytes(data, size, limit)
    }
    // Documents that are hardly JSON are of interest too, but most end at the first bracket.
    if reader.shape != .bytes, !chance.hits(oneIn: 5) {
        let input = unsafe Array(UnsafeBufferPointer(start: data + 1, count: size - 1))
        let output = reader.shape.mutated(input, &chance)
        if let output, output != input, output.count < limit {
            for (index, byte) in output.enumerated() { unsafe data[index + 1] = byte }
            return output.count + 1
        }
    }
    // The first byte stays, so that an input does not go to another reader.
    return unsafe max(1, 1 + mutateBytes(data + 1, size - 1, limit - 1))
}

/// How many inputs each reader has got, and accepted.
nonisolated(unsafe) private var counts = [(all: Int, accepted: Int)](
    repeating: (0, 0),
    count: Reader.allCases.count
)

private func feed(_ input: [UInt8], to reader: Reader) {
    let isAccepted = (try? reader.read(input)) ?? false
    unsafe counts[Int(reader.rawValue)].all += 1
    if isAccepted { unsafe counts[Int(reader.rawValue)].accepted += 1 }
}

/// Gives every reader a share of its own, from its seeds alone: libFuzzer stays with those that
/// are fast and whose code is large.
private func tryEach(_ reader: Reader) {
    var chance = Chance(seed: UInt64(reader.rawValue))
    let end = ContinuousClock.now + .milliseconds(100)
    var number = 0
    for seed in reader.seeds { feed(seed, to: reader) }
    while number < 20 || number < 2000 && ContinuousClock.now < end {
        let seed = reader.seeds[chance.below(reader.seeds.count)]
        if let input = reader.shape.mutated(seed, &chance) { feed(input, to: reader) }
        number += 1
    }
}

/// Writes the seeds into the directory that the first argument names, then hands the others to libFuzzer.
@main
enum Fuzzing {
    static func main() {
        guard CommandLine.argc > 1 else { preconditionFailure("no directory for seeds is given") }
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

    /// Prints the counts, and fails where a reader accepted nothing: then it was hardly tried.
    private static let summarize: @convention(c) () -> Void = {
        var useless: [Reader] = []
        for reader in Reader.allCases {
            let (all, accepted) = unsafe counts[Int(reader.rawValue)]
            print("accepted \(accepted) of \(all): \(reader)")
            if accepted == 0 { useless.append(reader) }
        }
        guard !useless.isEmpty else { return }
        print("error: these readers accepted nothing, so that they were not tested: \(useless)")
        fflush(nil)
        _exit(1)
    }
}
