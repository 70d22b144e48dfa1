internal import ToolchainCore

/// A mounted file system; see proc_pid_mountinfo(5).
package struct Mount: Hashable, Sendable {
    /// The mount point.
    package let path: String
    /// The type: `ext4`, `9p`, `overlay`.
    package let kind: String
    /// The device, or another source that the type defines.
    package let source: String
    /// The options of the mount, followed by those of the file system.
    package let options: [String]

    /// Whether files on it cannot be executed.
    package var isNoExec: Bool { options.contains("noexec") }
    /// Whether set-user-ID bits and capabilities of files on it are ignored.
    package var isNoSetUID: Bool { options.contains("nosuid") }
    package var isReadOnly: Bool { options.contains("ro") }

    /// Whether this is a Windows drive mounted by WSL.
    ///
    /// WSL 2 uses 9p or virtiofs, WSL 1 a type of its own.
    package var isWindowsDrive: Bool {
        switch kind {
        case "drvfs": true
        case "9p", "virtiofs":
            source == "drvfs" || options.contains { $0.contains("aname=drvfs") }
                || isDriveLetter(path)
        default: false
        }
    }

    /// Whether a Windows drive preserves Linux permission bits.
    package var keepsModes: Bool {
        options.contains { $0 == "metadata" || $0.contains(";metadata") }
    }

    private func isDriveLetter(_ path: String) -> Bool {
        let parts = path.split(byte: "/")
        return parts.count == 2 && parts[0] == "mnt" && parts[1].utf8.count == 1
    }
}

/// The mounted file systems that a process sees.
package struct MountTable: Hashable, Sendable {
    /// The mounts in the order in which they were mounted.
    package let mounts: [Mount]

    /// The path of the table.
    package static let path = "/proc/self/mountinfo"
    /// The maximum number of bytes of the table that are read.
    package static let maximumByteCount = 8 << 20

    /// Parses the contents of ``path``; nil if they are empty, as without /proc.
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
                // A file system with `ro` is read-only even if the mount has `rw`.
                options: fields[5].split(byte: ",") + superOptions.split(byte: ",")
            )
        }
    }

    /// Whether /proc hides the processes of other users; see `hidepid` in proc(5).
    package var hidesProcesses: Bool {
        guard let proc = holding("/proc"), proc.kind == "proc" else { return false }
        return proc.options.contains {
            $0.hasPrefix("hidepid=") && !["hidepid=0", "hidepid=off"].contains($0)
        }
    }

    /// Returns the mount that contains `path`, an absolute path without links.
    ///
    /// It is the innermost mount and, if several have the same mount point, the last one, which hides the
    /// others.
    package func holding(_ path: String) -> Mount? {
        mounts.enumerated().filter { $0.element.path == "/" || path.isInside($0.element.path) }
            .max {
                ($0.element.path.utf8.count, $0.offset) < ($1.element.path.utf8.count, $1.offset)
            }?.element
    }

    /// Decodes a field, in which white space and backslashes are escaped in octal.
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
