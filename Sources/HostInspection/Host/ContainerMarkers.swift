internal import ToolchainCore

/// A trace of a container or of a system call tracer.
///
/// Markers are only informative: a virtual machine made from a container image has `/.dockerenv`, too.
/// ``Virtualization`` decides.
package struct ContainerMarker: Hashable, Sendable {
    /// The origin of the trace: `docker`, `podman`, `lxc`, `openvz`, `proot`.
    package let kind: String
    /// The observation.
    package let evidence: String

    /// Returns all markers in `files`, most reliable first.
    package static func detected(in files: RootedFiles) -> [ContainerMarker] {
        var markers: [ContainerMarker] = []
        func add(_ kind: String, _ evidence: String) {
            markers.append(ContainerMarker(kind: kind, evidence: evidence))
        }
        if let tracer = ProcessStatus(of: "self", in: files)?.tracer, tracer != 0,
            let name = files.text("/proc/\(tracer)/comm"), name.hasPrefix("proot")
        {
            add("proot", "process \(tracer) (\(name)) traces this process")
        }
        if files.exists("/proc/vz"), !files.exists("/proc/bc") {
            add("openvz", "/proc/vz exists and /proc/bc does not")
        }
        for file in ["/run/host/container-manager", "/run/systemd/container"] {
            if let kind = word(files.text(file)) { add(kind, "\(file) contains \(kind)") }
        }
        if let variables = files.bytes("/proc/1/environ"),
            let found = variables.split(separator: 0).first(where: {
                $0.starts(with: "container=".utf8)
            }),
            let kind = word(String(decoding: found.dropFirst(10), as: UTF8.self))
        {
            add(kind, "/proc/1/environ contains container=\(kind)")
        }
        if files.exists("/run/.containerenv") { add("podman", "/run/.containerenv exists") }
        if files.exists("/.dockerenv") { add("docker", "/.dockerenv exists") }
        if files.exists("/var/run/secrets/kubernetes.io") {
            add("kubernetes", "/var/run/secrets/kubernetes.io exists")
        }
        for file in ["/proc/1/cgroup", "/proc/self/cgroup"] {
            // With cgroup v2 in a separate namespace, this contains only `0::/`.
            guard let text = files.text(file) else { continue }
            for kind in kinds(inGroups: text) where !markers.contains(where: { $0.kind == kind }) {
                add(kind, "\(file) names \(kind)")
            }
        }
        return markers
    }

    /// Returns the container managers that name cgroups; a service or user may be named `docker`, too,
    /// so names alone do not count.
    private static func kinds(inGroups text: String) -> [String] {
        var kinds: [String] = []
        for line in text.split(byte: "\n").prefix(100) {
            let path = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
                .last
            var parent = ""
            for part in String(path ?? "").split(byte: "/") {
                let name = part.hasSuffix(".scope") ? String(part.dropLast(6)) : part
                let isNumbered =
                    name.utf8.count >= 64
                    && name.utf8.suffix(64).allSatisfy(\.isLowercaseHexDigit)
                if isNumbered {
                    for (prefix, kind) in [
                        ("docker-", "docker"), ("libpod-", "podman"),
                        ("cri-containerd-", "containerd"),
                        ("crio-", "cri-o"),
                    ] where name.hasPrefix(prefix) { kinds.append(kind) }
                    if parent == "docker" { kinds.append("docker") }
                }
                if name == "kubepods" || name == "kubepods.slice" { kinds.append("kubernetes") }
                if parent == "lxc" || name.hasPrefix("lxc.payload.") { kinds.append("lxc") }
                parent = name
            }
        }
        return kinds
    }

    /// Returns a short lowercase word that is safe to print, or `nil` for any other text.
    private static func word(_ text: String?) -> String? {
        guard let text, (1...32).contains(text.utf8.count),
            text.utf8.allSatisfy({
                (97...122).contains($0) || $0.isDigit || $0 == UInt8(ascii: "-")
            })
        else { return nil }
        return text
    }
}
