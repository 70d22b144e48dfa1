/// Returns a copy of some bytes with one to eight random changes.
///
/// The changes are flipped bits, extreme bytes, huge numbers, moved pieces and truncation.
///
/// - Parameters:
///   - bytes: The bytes to change; must not be empty.
///   - random: The generator that determines the changes.
/// - Returns: The changed bytes.
public func damaged(_ bytes: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: 1...8, using: &random) {
        let place = Int.random(in: 0..<result.count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: result[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: result[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
        case 2:
            for index in place..<min(place + 8, result.count) { result[index] = 0xFF }
        case 3:
            let from = Int.random(in: 0..<result.count, using: &random)
            let count = min(16, result.count - max(from, place))
            result.replaceSubrange(
                place..<(place + count),
                with: Array(result[from..<(from + count)])
            )
        case 4:
            // Headers and tables are at both ends.
            let near = Int.random(in: 0..<min(512, result.count), using: &random)
            let index = Bool.random(using: &random) ? near : result.count - 1 - near
            result[index] = UInt8.random(in: 0...255, using: &random)
        default: result.removeLast(min(result.count / 2, place % 64))
        }
    }
    return result
}
