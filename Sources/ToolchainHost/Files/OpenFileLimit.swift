internal import Glibc

/// The limit on open files of this process (RLIMIT_NOFILE).
package enum OpenFileLimit {
    /// The number of descriptors that unpacking requires, because queued batches retain open directories.
    private static let required: rlim_t = 256

    /// Raises the soft limit to the required value, as far as the hard limit allows.
    ///
    /// - Returns: The new limit, at most the required value.
    package static func raised() -> Int {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard unsafe getrlimit(resource, &limit) == 0 else { return Int(required) }
        if limit.rlim_cur < required {
            var raised = limit
            raised.rlim_cur = min(required, limit.rlim_max)
            if unsafe setrlimit(resource, &raised) == 0 { limit = raised }
        }
        return Int(min(limit.rlim_cur, required))
    }
}
