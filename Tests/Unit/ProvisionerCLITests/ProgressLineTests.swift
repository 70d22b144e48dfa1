import TestSupport
import Testing

@testable import ProvisionerCLI

@Suite(.unitLimit)
struct ProgressLineTests {
    static let lines = [
        ProgressLine(
            text: "go1.26.6: downloading",
            fraction: 0.1,
            rate: "4.9 MiB/s",
            time: "12 s left"
        ),
        ProgressLine(
            text: "go1.22.10, go1.25.5, go1.26.6: downloading",
            fraction: 1,
            rate: "1024 MiB/s",
            time: "59 min 59 s left"
        ),
        ProgressLine(text: "go1.21.13: writing to disk"),
        ProgressLine(text: "größer: downloading", rate: "no data for 5 s"),
    ]

    @Test(arguments: lines)
    func `a line never exceeds the width`(line: ProgressLine) {
        for width in 0...200 { #expect(line.fitted(to: width).utf8.count <= width) }
    }

    @Test(arguments: [
        (79, "go1.26.6: downloading  [##-------------------------] 10 %  4.9 MiB/s  12 s left"),
        (60, "go1.26.6: downloading  [#------------------] 10 %  4.9 MiB/s"),
        (39, "go1.26.6: downloading  [---------] 10 %"), (30, "go1.26.6: downloading  10 %"),
        (10, "go1.26.6: "), (0, ""),
    ])
    func `a narrow line omits the time first, then the rate, then the bar`(
        width: Int,
        expected: String
    ) {
        #expect(Self.lines[0].fitted(to: width) == expected)
    }
}
