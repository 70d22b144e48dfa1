extension FleetComparison {
    /// Pairs the rows of two fleets that describe the same host.
    struct Match {
        private(set) var pairs: [(old: HostRow, new: HostRow)] = []
        private(set) var added: [HostRow] = []
        private(set) var removed: [HostRow] = []

        init(_ before: [HostRow], _ after: [HostRow]) {
            var old = Array(before.indices)
            var new = Array(after.indices)
            var partners: [Int: Int] = [:]
            for pass in Pass.allCases {
                let oldRows = Dictionary(grouping: old) { pass.key(of: before[$0]) }
                let newRows = Dictionary(grouping: new) { pass.key(of: after[$0]) }
                for (key, found) in newRows {
                    guard let candidates = oldRows[key] else { continue }
                    if pass.isExact {
                        for (one, other) in zip(candidates, found) { partners[other] = one }
                    } else if candidates.count == 1, found.count == 1,
                        pass.matches(before[candidates[0]], after[found[0]])
                    {
                        partners[found[0]] = candidates[0]
                    }
                }
                let matched = Set(partners.values)
                old.removeAll { matched.contains($0) }
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

    /// The ways to match rows, most reliable first.
    ///
    /// Each pass considers only the rows that earlier passes did not match.
    private enum Pass: CaseIterable {
        /// Same identifier, user, names and machine.
        case machine
        /// Same identifier, user and names. The system may have been upgraded.
        case names
        /// Same identifier and names; one report does not name its user, as in reports of older
        /// agents.
        case unnamedUser
        /// Same identifier and user. The host was renamed.
        case identifier
        /// Same identifier; one report does not name its user.
        case renamedWithUnnamedUser

        /// Whether several rows with the same key can be paired in order.
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

        /// Whether two rows with the same key can describe the same host.
        ///
        /// Reports of two different users cannot.
        func matches(_ one: HostRow, _ other: HostRow) -> Bool {
            one.user == other.user || one.user == nil || other.user == nil
        }
    }
}
