package import ToolchainCore

/// The fleet as one self-contained HTML page.
///
/// A content security policy names its script and style by digest, so the page runs nothing else
/// and loads nothing. Without JavaScript it shows the first hosts.
package struct FleetHTML: FleetOutput {
    /// A placeholder in `Sources/CFleetPage/page.html`.
    enum Slot: String, CaseIterable {
        case policy, title, style, facts, headline, notices, work, versions, state, platforms
        case vulnerabilities, filters, columns, hosts, rest, data, sources, script
    }

    /// A part of the page template: literal text or a placeholder.
    private enum Piece {
        case text(String)
        case slot(Slot)
    }

    private static let template = pieces(of: FleetPage.template)

    private let title: String
    private let policy: String

    /// Prepares the parts that are the same for every fleet.
    ///
    /// - Parameters:
    ///   - title: The title of the page.
    ///   - sha256: Computes a digest.
    /// - Throws: Any error of `sha256`.
    package init<Problem: Error>(
        title: String = "Go fleet",
        sha256: ([UInt8]) throws(Problem) -> SHA256Digest
    ) throws(Problem) {
        self.title = title
        let script = Base64.encoded(try sha256(Array(FleetPage.script.utf8)).bytes)
        let style = Base64.encoded(try sha256(Array(FleetPage.style.utf8)).bytes)
        policy = [
            "default-src 'none'", "img-src data:", "script-src 'sha256-\(script)'",
            "style-src 'sha256-\(style)'", "base-uri 'none'", "form-action 'none'",
        ].joined(separator: "; ")
    }

    package func write(_ fleet: Fleet, to stream: inout TextStream) {
        let page = FleetPage(fleet: fleet)
        for piece in Self.template {
            switch piece {
            case .text(let text): stream += text
            case .slot(let slot): write(slot, of: page, to: &stream)
            }
        }
    }

    private func write(_ slot: Slot, of page: FleetPage, to stream: inout TextStream) {
        switch slot {
        case .policy: stream += policy
        case .title: stream += title.inHTML
        case .style: stream += FleetPage.style
        case .facts: stream += page.facts
        case .headline: stream += page.headline
        case .notices: stream += page.notices
        case .work: stream += page.work
        case .versions: stream += page.versions
        case .state: stream += page.state
        case .platforms: stream += page.platforms
        case .vulnerabilities: stream += page.vulnerabilities
        case .filters: stream += page.filters
        case .columns: stream += page.columns
        case .hosts: page.writeHosts(to: &stream)
        case .rest: stream += page.rest
        case .data: page.writeData(to: &stream)
        case .sources: stream += page.sources
        case .script: stream += FleetPage.script
        }
    }

    /// Splits the template at the placeholders in braces.
    private static func pieces(of template: String) -> [Piece] {
        var pieces: [Piece] = []
        for (index, part) in template.split(byte: "{", omittingEmpty: false).enumerated() {
            let ends = part.split(byte: "}", omittingEmpty: false)
            if index == 0 {
                pieces.append(.text(part))
            } else if ends.count == 2, let slot = Slot(rawValue: ends[0]) {
                pieces += [.slot(slot), .text(ends[1])]
            } else {
                preconditionFailure("unknown placeholder in page.html: \(part)")
            }
        }
        return pieces
    }
}
