/// Whether this process may mount file systems of its own: found out by trying.
public let canMount = succeeds(
    "/usr/bin/unshare",
    ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
)

/// Whether this process runs as root.
public let isRoot = succeeds("/bin/sh", ["-c", "test $(id -u) = 0"])
