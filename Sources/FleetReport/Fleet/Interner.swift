/// Keeps one copy of what many hosts say.
struct Interner: Sendable {
    private var texts: Set<String> = []
    private var uses: Set<[HostRow.Use]> = []
    private var findings: Set<[HostRow.Finding]> = []

    mutating func unique(_ text: String) -> String {
        // Short ones need no memory of their own.
        text.utf8.count <= 15 ? text : texts.insert(text).memberAfterInsert
    }

    mutating func unique(_ list: [HostRow.Use]) -> [HostRow.Use] {
        uses.insert(list).memberAfterInsert
    }

    mutating func unique(_ list: [HostRow.Finding]) -> [HostRow.Finding] {
        findings.insert(list).memberAfterInsert
    }
}
