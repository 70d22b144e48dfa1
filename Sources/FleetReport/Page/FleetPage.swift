package import ToolchainCore

/// The fleet as one HTML page that needs nothing beside itself.
///
/// Its script and its style are named by their digests in a content security policy, so nothing else
/// on the page would be run, and nothing can be loaded. Without scripts it shows the first hosts.
package struct FleetHTML: FleetOutput {
    private let title: String
    private let policy: String

    /// - Parameters:
    ///   - title: What the page is called.
    ///   - sha256: Computes a digest.
    /// - Throws: What `sha256` throws.
    package init<Problem: Error>(
        title: String = "Go fleet",
        sha256: ([UInt8]) throws(Problem) -> SHA256Digest
    ) throws(Problem) {
        self.title = title
        let script = try sha256(Array(FleetPage.script.utf8)).base64
        let style = try sha256(Array(FleetPage.style.utf8)).base64
        policy = [
            "default-src 'none'", "img-src data:", "script-src 'sha256-\(script)'",
            "style-src 'sha256-\(style)'", "base-uri 'none'", "form-action 'none'",
        ].joined(separator: "; ")
    }

    package func write(_ fleet: Fleet, to stream: inout TextStream) {
        stream += """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(policy)">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <link rel="icon" href="data:,">
            <title>\(title.inHTML)</title>
            <style>\(FleetPage.style)</style>
            </head>
            <body>

            """
        let page = FleetPage(fleet: fleet)
        stream += page.header(title: title)
        stream += "<main>\n"
        stream += page.headline
        stream += page.notices
        stream += page.work
        stream += page.versions
        stream += page.state
        stream += page.platforms
        stream += page.vulnerabilities
        page.writeHosts(to: &stream)
        stream += "</main>\n"
        stream += page.footer
        stream += "<script>\(FleetPage.script)</script>\n</body>\n</html>\n"
    }
}

/// The parts of the page.
struct FleetPage {
    let fleet: Fleet

    var summary: FleetSummary { fleet.summary }

    func header(title: String) -> String {
        var facts = [
            summary.reportedWords,
            "<time datetime=\"\(fleet.generatedAt)\">\(readable(fleet.generatedAt))</time>",
        ]
        if !fleet.judgement.supportedLines.isEmpty {
            let lines = fleet.judgement.supportedLines.map(\.inHTML).joined(separator: " and ")
            facts.append("supported: Go \(lines)")
        }
        facts.append(fleet.snapshotWords)
        let items = facts.map { "<li>\($0)</li>" }.joined()
        return "<header>\n<h1>\(title.inHTML)</h1>\n<ul class=\"facts\">\(items)</ul>\n</header>\n"
    }

    private func readable(_ time: UTCTime) -> String {
        let text = time.description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }

    // MARK: Headline

    var headline: String {
        let all = summary.all
        func count(_ state: HostRow.State) -> Int {
            summary.states.first { $0.name == state.rawValue }?.hosts ?? 0
        }
        let tiles = [
            tile(count(.ok), of: all, "in order", "good", filter: "state=ok"),
            tile(count(.unknown), of: all, "unknown", "warn", filter: "state=unknown"),
            tile(
                count(.stale) + count(.missing),
                of: all,
                "without a current report",
                "warn",
                filter: "state=stale,missing"
            ),
            tile(summary.failed, of: all, "failed", "bad", filter: "finding=failed"),
            tile(summary.drifted, of: all, "drifted", "warn", filter: "drift=drifted"),
            tile(summary.eol, of: all, "past end of life", "bad", filter: "finding=eol"),
            tile(summary.vulnerable, of: all, "vulnerable", "bad", filter: "finding=vulnerable"),
            tile(summary.blocked, of: all, "cannot debug", "bad", filter: "debug=no"),
        ]
        return """
            <section class="headline" aria-label="Headline numbers">
            \(tiles.joined(separator: "\n"))
            </section>

            """
    }

    private func tile(
        _ count: Int,
        of all: Int,
        _ label: String,
        _ tone: String,
        filter: String
    ) -> String {
        let tone = count == 0 ? "none" : tone
        return """
            <a class="tile \(tone)" href="#hosts" data-filter="\(filter)">\
            <span class="number">\(Words.grouped(count))</span>\
            <span class="label">\(label)</span>\
            <span class="share">\(Words.share(count, of: all))</span></a>
            """
    }

    // MARK: Notices

    var notices: String {
        var notices: [String] = []
        if let names = summary.unreachable, !names.isEmpty {
            notices.append(
                list(
                    names.count == 1
                        ? "1 expected host did not report"
                        : "\(Words.grouped(names.count)) expected hosts did not report",
                    fleet.absences
                )
            )
        }
        if fleet.inputs.invalidCount > 0 {
            let shown = fleet.inputs.invalid.map { "\($0.name): \($0.reason)" }
            notices.append(
                list(
                    "\(Words.count(fleet.inputs.invalidCount, "document")) could not be read",
                    shown
                )
            )
        }
        let tampering = fleet.tampering
        for (words, names) in [
            ("Several machines with one identity", tampering.clashes),
            ("Several reports of one host, the newest counts", fleet.superseded.sorted()),
            ("Host identifiers used under several names", tampering.duplicateIdentifiers),
        ] where !names.isEmpty {
            notices.append(list("\(words): \(Words.grouped(names.count))", names))
        }
        if fleet.hasStaleKnowledge {
            let age =
                fleet.snapshotAge.map { "is \(Words.count($0, "day")) old" } ?? "is missing"
            notices.append(
                "<p>The vulnerability data \(age): that a version has no known vulnerabilities "
                    + "counts as unknown.</p>"
            )
        }
        if let newer = fleet.judgement.newerSnapshot {
            notices.append(
                "<p>Some hosts know vulnerability data of \(newer), newer than this.</p>"
            )
        }
        if summary.vulnerabilitiesUnknown > 0 {
            let count = Words.count(summary.vulnerabilitiesUnknown, "host")
            notices.append("<p>\(count) with unknown vulnerabilities.</p>")
        }
        if summary.failedUnknown > 0 {
            let count = Words.count(summary.failedUnknown, "host")
            notices.append("<p>\(count) with an unknown last run.</p>")
        }
        guard !notices.isEmpty else { return "" }
        return """
            <section class="notices" aria-label="Notices">
            \(notices.joined(separator: "\n"))
            </section>

            """
    }

    private func list(_ title: String, _ names: [String]) -> String {
        let shown = names.prefix(500).map { "<li>\($0.inHTML)</li>" }.joined()
        let more = names.count > 500 ? "<li>and \(Words.grouped(names.count - 500)) more</li>" : ""
        return "<details><summary>\(title)</summary><ul>\(shown)\(more)</ul></details>"
    }

    var footer: String {
        let source = fleet.judgement.source.map {
            "<li>Vulnerabilities: \($0.inHTML)</li>"
        }
        return """
            <footer><ul><li>\(fleet.generator.inHTML)</li>\(source ?? "")\
            <li>Digest of all reports: <code>\(fleet.evidence.reportsRoot)</code></li></ul></footer>

            """
    }
}

extension SHA256Digest {
    /// The digest's bytes in base64, as content security policies have it.
    var base64: String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var digits: [UInt8] = []
        appendHexadecimal(to: &digits)
        // Three hexadecimal digits are two of base64; 64 of them leave one over.
        let values = digits.map { $0 < 58 ? Int($0) - 48 : Int($0) - 87 } + [0, 0]
        var text = ""
        for start in stride(from: 0, to: 66, by: 3) {
            let bits = values[start] << 8 | values[start + 1] << 4 | values[start + 2]
            text.append(alphabet[bits >> 6])
            text.append(alphabet[bits & 63])
        }
        return text.prefix(43) + "="
    }
}
