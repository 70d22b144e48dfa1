internal import CFleetPage

extension FleetPage {
    /// The script that sorts, filters and paginates the host table: `Sources/CFleetPage/page.js`.
    static let script = unsafe text(cfleetpage_script())

    /// The template of the page: `Sources/CFleetPage/page.html`.
    static let template = unsafe text(cfleetpage_template())

    /// The style sheet: `Sources/CFleetPage/page.css`.
    static let style = unsafe text(cfleetpage_style())

    private static func text(_ file: cfleetpage_file) -> String {
        let bytes = unsafe UnsafeBufferPointer(start: file.bytes, count: file.count)
        return unsafe String(decoding: bytes, as: UTF8.self)
    }
}
