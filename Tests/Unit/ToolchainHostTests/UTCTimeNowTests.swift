import Glibc
import Testing
import ToolchainCore

@testable import ToolchainHost

struct UTCTimeNowTests {
    @Test func `the current time is between earlier and later times`() throws {
        let before = time(nil)
        let now = UTCTime.now
        #expect((before...time(nil)).contains(now.seconds))
        #expect(UTCTime(now.description) == now)
    }

    @Test func `names from the current time have the same length and sort by time`() {
        let names = (0..<100).map { _ in UTCTime.nowAsName() }
        #expect(names == names.sorted())
        #expect(names.allSatisfy { $0.utf8.count == "20261123T010203.012345678Z".utf8.count })
        #expect(names.allSatisfy { $0.hasSuffix("Z") && !$0.contains(":") && !$0.contains("-") })
    }

    @Test func `this process has started recently`() throws {
        let start = try #require(RunningProcess.startTime(of: Int(getpid())))
        #expect(start.seconds <= UTCTime.now.seconds + 1)
        #expect(start.seconds > UTCTime.now.seconds - 86_400)
    }
}
