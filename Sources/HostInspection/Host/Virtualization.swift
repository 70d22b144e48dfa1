internal import ToolchainCore
internal import ToolchainHost

/// Whether a host runs in a container, in a virtual machine or in neither, by the rules of
/// systemd-detect-virt(1).
///
/// The innermost environment decides: a container in a virtual machine is a container.
package struct Virtualization: Hashable, Sendable {
    /// A kind of environment.
    package enum Kind: String, Hashable, Sendable {
        case container
        case machine = "vm"
        /// Neither: the indicators could be read, and none is present.
        case none
        case unknown
    }

    /// The kind.
    package let kind: Kind
    /// The product, such as `docker` or `kvm`, or `nil` if unknown.
    package let name: String?
    /// The observation from which this was concluded.
    package let evidence: String

    /// Detects a container or else a virtual machine.
    package static func detected(in files: RootedFiles) -> Virtualization {
        container(in: files) ?? machine(in: files)
    }

    private static func container(in files: RootedFiles) -> Virtualization? {
        func found(_ name: String?, _ evidence: String) -> Virtualization {
            Virtualization(kind: .container, name: name, evidence: evidence)
        }
        if files.exists("/proc/vz"), !files.exists("/proc/bc") {
            return found("openvz", "/proc/vz exists and /proc/bc does not")
        }
        // Container managers write these files or set a variable of process 1.
        for file in ["/run/host/container-manager", "/run/systemd/container"] {
            if let name = files.text(file), !name.isEmpty {
                return found(
                    name.withVisibleControls,
                    "\(file) contains \(name.withVisibleControls)"
                )
            }
        }
        let variable = (files.bytes("/proc/1/environ") ?? []).split(separator: 0).first {
            $0.starts(with: "container=".utf8) && $0.count > 10
        }
        if let variable {
            let name = String(decoding: variable.dropFirst(10), as: UTF8.self).withVisibleControls
            return found(name, "/proc/1/environ contains container=\(name)")
        }
        // A virtual machine made from a container image has these files, too. If this process is in the
        // kernel's initial namespaces, whose numbers never change, it is not in a container.
        let own = namespacesOfItsOwn(in: files)
        let markers = [("/run/.containerenv", "podman"), ("/.dockerenv", "docker")]
        if let (file, name) = markers.first(where: { files.exists($0.0) }) {
            let isContainer =
                own.map { !$0.isEmpty } ?? (MountTable(in: files)?.holding("/")?.kind == "overlay")
            if isContainer { return found(name, "\(file) exists") }
        }
        guard let own, own.contains("pid"), own.contains("cgroup") else { return nil }
        return found(nil, "this process is in other PID and cgroup namespaces than the host")
    }

    /// Returns the names of the namespaces that are not the kernel's initial ones, or `nil` if
    /// unreadable.
    private static func namespacesOfItsOwn(in files: RootedFiles) -> Set<String>? {
        let first = ["pid": 4_026_531_836, "cgroup": 4_026_531_835, "ipc": 4_026_531_839]
        var own: Set<String> = []
        for (name, number) in first {
            guard let target = files.linkTarget(of: "/proc/self/ns/\(name)") else { return nil }
            if target != "\(name):[\(number)]" { own.insert(name) }
        }
        return own
    }

    private static func machine(in files: RootedFiles) -> Virtualization {
        func found(_ name: String?, _ evidence: String) -> Virtualization {
            Virtualization(kind: .machine, name: name, evidence: evidence)
        }
        let isReadable = files.exists("/sys/class/dmi/id/sys_vendor")
        for field in [
            "product_name", "sys_vendor", "board_vendor", "bios_vendor", "product_version",
        ] {
            let file = "/sys/class/dmi/id/\(field)"
            guard let text = files.text(file),
                let vendor = vendors.first(where: { text.hasPrefix($0.prefix) })
            else { continue }
            // These vendors also offer bare-metal machines, which have no hypervisor.
            if vendor.hasMetal, hasHypervisorBit(in: files) == false { continue }
            return found(vendor.name, "\(file) contains \(text.withVisibleControls)")
        }
        if let type = files.text("/sys/hypervisor/type"), !type.isEmpty {
            return found(
                type.withVisibleControls,
                "/sys/hypervisor/type contains \(type.withVisibleControls)"
            )
        }
        for file in ["/proc/device-tree/hypervisor/compatible", "/proc/device-tree/fw-cfg"]
        where files.exists(file) {
            return found(nil, "\(file) exists")
        }
        let processor = files.text("/proc/cpuinfo") ?? ""
        if processor.contains("User Mode Linux") {
            return found("uml", "/proc/cpuinfo contains User Mode Linux")
        }
        switch hasHypervisorBit(in: files) {
        case true?: return found(nil, "/proc/cpuinfo has the `hypervisor` flag")
        case false?:
            return Virtualization(
                kind: .none,
                name: nil,
                evidence: "/proc/cpuinfo has no `hypervisor` flag"
            )
        case nil:
            return isReadable
                ? Virtualization(
                    kind: .none,
                    name: nil,
                    evidence: "the firmware does not name a hypervisor"
                )
                : Virtualization(
                    kind: .unknown,
                    name: nil,
                    evidence:
                        "/sys/class/dmi/id/sys_vendor does not exist, and /proc/cpuinfo has no flags"
                )
        }
    }

    /// Whether CPUID reports a hypervisor on x86, or `nil` on other processors.
    private static func hasHypervisorBit(in files: RootedFiles) -> Bool? {
        let flags = (files.text("/proc/cpuinfo") ?? "").split(byte: "\n").first {
            $0.hasPrefix("flags")
        }
        return flags.map { $0.split(byte: " ").contains("hypervisor") }
    }

    /// The vendor strings in the firmware, from systemd-detect-virt.
    private static let vendors: [(prefix: String, name: String, hasMetal: Bool)] = [
        ("KVM", "kvm", false), ("OpenStack", "kvm", false), ("KubeVirt", "kvm", false),
        ("Amazon EC2", "amazon", true), ("QEMU", "qemu", false), ("VMware", "vmware", false),
        ("VMW", "vmware", false), ("innotek GmbH", "oracle", false),
        ("VirtualBox", "oracle", false),
        ("Xen", "xen", false), ("Bochs", "bochs", false), ("Parallels", "parallels", false),
        ("BHYVE", "bhyve", false), ("Hyper-V", "microsoft", false),
        ("Microsoft Corporation", "microsoft", true), ("Virtual Machine", "microsoft", false),
        ("Apple Virtualization", "apple", false), ("Google Compute Engine", "google", true),
    ]
}
