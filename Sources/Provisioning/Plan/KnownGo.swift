package import ToolchainCore

/// A version that a request may select although it is not installed.
struct KnownGo: Hashable, Sendable {
    let version: GoVersion
    /// What names the version.
    let source: GoNameSource
    /// The day by which the version had been released, or `nil` if it is unknown.
    let released: CalendarDay?
}

/// The versions that a use case needs of those that log proofs in mirrors name.
///
/// There may be thousands, and each proof has to be read.
enum KnownGoScope: Hashable, Sendable {
    case all
    /// All that a request may select.
    case matching(GoRequest)
    /// The best one that a request may select, in each directory, and those that are newer.
    case best(GoRequest)

    /// The request, or `nil` for all versions.
    var request: GoRequest? {
        switch self {
        case .all: nil
        case .matching(let request), .best(let request): request
        }
    }
}

/// What names a version that a request selects.
package enum GoNameSource: Hashable, Sendable, CustomStringConvertible {
    /// The official list, as it was at this time.
    case officialList(UTCTime)
    /// The built-in catalog, with data of this day.
    case builtInCatalog(CalendarDay?)
    /// A catalog file.
    case catalog(path: String)
    /// The signed catalog of a site.
    case site(SiteVoucher)
    /// A log proof beside an archive in this mirror directory.
    case proof(directory: String)

    /// The source in messages and in JSON: `official list of 2026-11-28`.
    package var description: String {
        switch self {
        case .officialList(let time): "official list of \(time.day)"
        case .builtInCatalog(let day): "catalog" + (day.map { " of \($0)" } ?? "")
        case .catalog(let path): "catalog \(path)"
        case .site(let voucher): "catalog of the \(voucher)"
        case .proof(let directory): "log proof in \(directory)"
        }
    }

    /// Whether the source is a catalog.
    var isCatalog: Bool {
        switch self {
        case .builtInCatalog, .catalog, .site: true
        case .officialList, .proof: false
        }
    }
}

/// A newer version that a request does not select yet, because of the cooldown.
package struct CoolingGo: Hashable, Sendable {
    package let version: GoVersion
    /// The first day on which the request may select it, or `nil` if its release date is unknown.
    package let allowedFrom: CalendarDay?
}

/// The time that a release has to be public before a request other than an exact one selects it.
struct Cooldown: Hashable, Sendable {
    /// The number of days; 0 turns the cooldown off.
    var days = 0
    let today: CalendarDay

    /// Whether a release is old enough.
    ///
    /// One whose release date is unknown is not.
    func allows(_ known: KnownGo) -> Bool {
        guard days > 0 else { return true }
        return firstDay(of: known).map { $0 <= today } ?? false
    }

    /// Returns the first day on which a release is old enough, or `nil` if its release date is unknown.
    func firstDay(of known: KnownGo) -> CalendarDay? { known.released?.adding(days: days) }
}
