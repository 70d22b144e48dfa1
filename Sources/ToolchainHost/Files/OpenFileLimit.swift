internal import Glibc

/// How many files this process may have open (RLIMIT_NOFILE).
package enum OpenFileLimit {
    /// What unpacking takes at most: waiting batches hold open directories.
    private static let wanted: rlim_t = 256

    /// Raises the limit as far as the work needs and the host allows; what it is then.
    package static func raised() -> Int {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard unsafe getrlimit(resource, &limit) == 0 else { return Int(wanted) }
        if limit.rlim_cur < wanted {
            var raised = limit
            raised.rlim_cur = min(wanted, limit.rlim_max)
            if unsafe setrlimit(resource, &raised) == 0 { limit = raised }
        }
        return Int(min(limit.rlim_cur, wanted))
    }
}
