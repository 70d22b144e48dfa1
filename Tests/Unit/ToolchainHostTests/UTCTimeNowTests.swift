import Glibc
import Testing
import ToolchainCore

@testable import ToolchainHost

struct UTCTimeNowTests {
    @Test func `now is between before and after`() throws {
        let before = time(nil)
        let now = UTCTime.now
        #expect((before...time(nil)).contains(now.seconds))
        #expect(UTCTime(now.description) == now)
    }

    @Test func `names of now are as long as each other and sort by time`() {
        let names = (0..<100).map { _ in UTCTime.nowAsName() }
        #expect(names == names.sorted())
        #expect(names.allSatisfy { $0.utf8.count == "20261123T010203.012345678Z".utf8.count })
        #expect(names.allSatisfy { $0.hasSuffix("Z") && !$0.contains(":") && !$0.contains("-") })
    }

    @Test func `this process started before now, and not long ago`() throws {
        let start = try #require(RunningProcess.startTime(of: Int(getpid())))
        #expect(start.seconds <= UTCTime.now.seconds + 1)
        #expect(start.seconds > UTCTime.now.seconds - 86_400)
    }
}
