internal import ToolchainCore

/// A file system at the place where a process sees it: proc_pid_mountinfo(5).
package struct Mount: Hashable, Sendable {
    /// The directory that it is mounted at.
    package let path: String
    /// Its kind: `ext4`, `9p`, `overlay`.
    package let kind: String
    /// What is mounted: a device, or whatever the kind understands.
    package let source: String
    /// The options of this mount, and then those of the file system.
    package let options: [String]

    /// Whether programs on it cannot be executed.
    package var isNoExec: Bool { options.contains("noexec") }
    /// Whether privileges of files on it do not count.
    package var isNoSetUID: Bool { options.contains("nosuid") }
    /// Whether nothing on it can be changed.
    package var isReadOnly: Bool { options.contains("ro") }

    /// Whether this is a drive of Windows, as WSL mounts it.
    ///
    /// WSL 2 speaks 9p or virtiofs with it, WSL 1 has a kind of its own.
    package var isWindowsDrive: Bool {
        switch kind {
        case "drvfs": true
        case "9p", "virtiofs":
            source == "drvfs" || options.contains { $0.contains("aname=drvfs") }
                || isDriveLetter(path)
        default: false
        }
    }

    /// Whether Linux's permission bits are kept on a drive of Windows.
    package var keepsModes: Bool {
        options.contains { $0 == "metadata" || $0.contains(";metadata") }
    }

    private func isDriveLetter(_ path: String) -> Bool {
        let parts = path.split(byte: "/")
        return parts.count == 2 && parts[0] == "mnt" && parts[1].utf8.count == 1
    }
}

/// All file systems that a process sees.
package struct MountTable: Hashable, Sendable {
    /// In the order of mounting.
    package let mounts: [Mount]

    /// Where the kernel shows it.
    package static let path = "/proc/self/mountinfo"
    /// How much of it is read, in bytes.
    package static let mostBytes = 8 << 20

    /// Reads what is at ``path``; nil where there is nothing, as without /proc.
    package init?(parsing table: [UInt8]) {
        guard !table.isEmpty else { return nil }
        mounts = table.split(separator: UInt8(ascii: "\n")).compactMap { line in
            let fields = line.split(separator: UInt8(ascii: " ")).map(Self.unescaped)
            guard let separator = fields.firstIndex(of: "-"), separator >= 6,
                fields.count > separator + 2
            else { return nil }
            let superOptions = fields.count > separator + 3 ? fields[separator + 3] : ""
            return Mount(
                path: fields[4],
                kind: fields[separator + 1],
                source: fields[separator + 2],
                // `ro` of the file system also reaches mounts that say `rw`.
                options: fields[5].split(byte: ",") + superOptions.split(byte: ",")
            )
        }
    }

    /// Whether /proc shows a process to its own user alone: `hidepid` of proc(5).
    package var hidesProcesses: Bool {
        guard let proc = holding("/proc"), proc.kind == "proc" else { return false }
        return proc.options.contains {
            $0.hasPrefix("hidepid=") && !["hidepid=0", "hidepid=off"].contains($0)
        }
    }

    /// The mount that holds `path`, an absolute path without links in it.
    ///
    /// The innermost, and the last where several are at one place, as they hide each other.
    package func holding(_ path: String) -> Mount? {
        mounts.enumerated().filter { $0.element.path == "/" || path.isInside($0.element.path) }
            .max {
                ($0.element.path.utf8.count, $0.offset) < ($1.element.path.utf8.count, $1.offset)
            }?.element
    }

    /// A field of the kernel's tables of mounts, in which white space and backslashes are in octal.
    private static func unescaped(_ field: ArraySlice<UInt8>) -> String {
        var bytes: [UInt8] = []
        var rest = field
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.count >= 3,
                let value = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
            {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
