import TestSupport
import Testing

@testable import ToolchainCore

@Suite(.unitLimit)
struct SearchTests {
    @Test(arguments: [
        ("", "a", []), ("a", "a", [0]), ("ba", "a", [1]), ("aaaa", "aa", [0, 2]),
        ("abcabcabd", "abcabd", [3]), ("xxGLIBCXX_GLIBCXX_3", "GLIBCXX_3", [10]),
        ("abc", "abcd", []), ("abcab", "", []), ("a-b-ab", "ab", [4]),
    ])
    func `patterns are found`(text: String, mark: String, places: [Int]) {
        #expect(Array(text.utf8).offsets(of: Array(mark.utf8)) == places)
    }

    @Test func `the search agrees with a simple one`() {
        var state: UInt64 = 11
        for _ in 0..<2000 {
            let bytes = (0..<60).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(state >> 62)
            }
            let mark = Array(bytes[20..<(21 + Int(bytes[0]))])
            var places: [Int] = []
            var start = 0
            while start + mark.count <= bytes.count {
                if bytes[start...].starts(with: mark) {
                    places.append(start)
                    start += mark.count
                } else {
                    start += 1
                }
            }
            #expect(bytes.offsets(of: mark) == places)
        }
    }
}
