/// Whether this process can mount file systems in a mount namespace, determined by a trial.
public let canMount = succeeds(
    "/usr/bin/unshare",
    ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
)

/// Whether this process runs as root.
public let isRoot = succeeds("/bin/sh", ["-c", "test $(id -u) = 0"])
