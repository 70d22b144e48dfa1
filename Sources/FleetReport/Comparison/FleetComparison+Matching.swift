extension FleetComparison {
    /// Which row after is of the same host as which row before.
    struct Match {
        private(set) var pairs: [(old: HostRow, new: HostRow)] = []
        private(set) var added: [HostRow] = []
        private(set) var removed: [HostRow] = []

        init(_ before: [HostRow], _ after: [HostRow]) {
            var old = Array(before.indices)
            var new = Array(after.indices)
            var partners: [Int: Int] = [:]
            for pass in Pass.allCases {
                let candidates = Dictionary(grouping: old) { pass.key(of: before[$0]) }
                let rivals = Dictionary(grouping: new) { pass.key(of: after[$0]) }
                for (key, places) in rivals {
                    guard let found = candidates[key] else { continue }
                    if pass.isExact {
                        for (one, other) in zip(found, places) { partners[other] = one }
                    } else if found.count == 1, places.count == 1,
                        pass.matches(before[found[0]], after[places[0]])
                    {
                        partners[places[0]] = found[0]
                    }
                }
                let taken = Set(partners.values)
                old.removeAll { taken.contains($0) }
                new.removeAll { partners[$0] != nil }
            }
            for (index, row) in after.enumerated() {
                if let partner = partners[index] {
                    pairs.append((before[partner], row))
                } else {
                    added.append(row)
                }
            }
            removed = old.map { before[$0] }
        }
    }

    /// The ways in which rows are matched, the surest first; each is for what those before it left.
    private enum Pass: CaseIterable {
        /// Identifier, user, names and machine are the same.
        case machine
        /// Identifier, user and names are the same: the system may have been upgraded.
        case names
        /// Identifier and names are the same, and one report does not name its user, as those of older
        /// agents do.
        case unnamedUser
        /// Identifier and user are the same: the host was renamed.
        case identifier
        /// Only the identifier is the same, and one report does not name its user.
        case renamedWithUnnamedUser

        /// Whether several rows with the same key are of the same host.
        var isExact: Bool { self == .machine || self == .names }

        func key(of row: HostRow) -> [String] {
            let id = row.id.description
            let user = row.user ?? ""
            let names = [row.name, row.fileName ?? ""]
            return switch self {
            case .machine: [id, user] + names + HostKey(row).machine
            case .names: [id, user] + names
            case .unnamedUser: [id] + names
            case .identifier: [id, user]
            case .renamedWithUnnamedUser: [id]
            }
        }

        /// Whether rows with the same key can be of the same host: two users' reports are not.
        func matches(_ one: HostRow, _ other: HostRow) -> Bool {
            one.user == other.user || one.user == nil || other.user == nil
        }
    }
}
