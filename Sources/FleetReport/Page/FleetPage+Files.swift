internal import CFleetPage

extension FleetPage {
    /// Sorts, filters and turns the pages of the table of hosts: `Sources/CFleetPage/page.js`.
    static let script = unsafe text(cfleetpage_script())

    /// The page without its contents: `Sources/CFleetPage/page.html`.
    static let skeleton = unsafe text(cfleetpage_skeleton())

    /// The appearance: `Sources/CFleetPage/page.css`.
    static let style = unsafe text(cfleetpage_style())

    private static func text(_ file: cfleetpage_file) -> String {
        let bytes = unsafe UnsafeBufferPointer(start: file.bytes, count: file.count)
        return unsafe String(decoding: bytes, as: UTF8.self)
    }
}
