internal import ToolchainCore
internal import ToolchainHost

/// What a host runs in: a container, a virtual machine, or neither, by the rules of
/// systemd-detect-virt(1).
///
/// The innermost counts: a container in a virtual machine is a container.
package struct Virtualization: Hashable, Sendable {
    /// What it is.
    package enum Kind: String, Hashable, Sendable {
        case container
        case machine = "vm"
        /// Nothing says that it is either, and what would say so could be read.
        case none
        case unknown
    }

    /// What it is.
    package let kind: Kind
    /// Which one: `docker`, `kvm`; nil where that is not known.
    package let name: String?
    /// From what this was concluded.
    package let evidence: String

    /// Looks for a container, then for a virtual machine.
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
        // What a container manager writes or sets for process 1.
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
        // An image that became a virtual machine has these files too; the kernel's first namespaces,
        // whose numbers never change, tell that it is no container.
        let own = namespacesOfItsOwn(in: files)
        let marks = [("/run/.containerenv", "podman"), ("/.dockerenv", "docker")]
        if let (file, name) = marks.first(where: { files.exists($0.0) }) {
            let isContainer =
                own.map { !$0.isEmpty } ?? (MountTable(in: files)?.holding("/")?.kind == "overlay")
            if isContainer { return found(name, "\(file) exists") }
        }
        guard let own, own.contains("pid"), own.contains("cgroup") else { return nil }
        return found(nil, "this process is in other PID and cgroup namespaces than the host")
    }

    /// Which namespaces are not those that the kernel began with; nil where that cannot be read.
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
            // These make machines of metal too, which have no hypervisor.
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

    /// Whether x86's CPUID has the bit that hypervisors set; nil on other processors.
    private static func hasHypervisorBit(in files: RootedFiles) -> Bool? {
        let flags = (files.text("/proc/cpuinfo") ?? "").split(byte: "\n").first {
            $0.hasPrefix("flags")
        }
        return flags.map { $0.split(byte: " ").contains("hypervisor") }
    }

    /// What firmware says, as systemd has it.
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
