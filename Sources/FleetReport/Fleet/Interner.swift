/// Stores equal values of many hosts once.
struct Interner: Sendable {
    private var texts: Set<String> = []
    private var uses: Set<[HostRow.Use]> = []
    private var findings: Set<[HostRow.Finding]> = []

    mutating func unique(_ text: String) -> String {
        // Short strings are stored inline.
        text.utf8.count <= 15 ? text : texts.insert(text).memberAfterInsert
    }

    mutating func unique(_ list: [HostRow.Use]) -> [HostRow.Use] {
        uses.insert(list).memberAfterInsert
    }

    mutating func unique(_ list: [HostRow.Finding]) -> [HostRow.Finding] {
        findings.insert(list).memberAfterInsert
    }
}
