internal import ToolchainCore

/// A socket that accepts connections.
package struct ListeningSocket: Hashable, Sendable {
    /// The range from which a socket can be reached.
    package enum Reach: String, Hashable, Sendable, Comparable {
        /// Only programs on this host.
        case loopback
        /// Programs on this host that can access the file.
        case file
        /// Programs on other hosts.
        case network

        /// Orders from the narrowest reach to the widest.
        package static func < (left: Reach, right: Reach) -> Bool {
            left != right && (right == .network || left == .loopback)
        }
    }

    /// The address: `127.0.0.1:2345`, `[::]:2345`, `unix:/run/dlv.sock` or `unix:@name`.
    package let address: String
    /// The port, or `nil` for a Unix socket.
    package let port: UInt16?
    /// The path of a Unix socket, as its process specified it, or `nil` for other sockets.
    package let path: String?
    /// The range from which the socket can be reached.
    package let reach: Reach
    /// The user ID of the owner, or `nil` if the table does not contain it.
    package let user: UInt32?
    /// The inode number, which identifies the socket among a process's descriptors.
    package let inode: UInt64
}

/// The socket tables of the kernel: see proc_pid_net(5).
enum SocketTable {
    /// The maximum size of a table, in bytes; it is enough for some hundred thousand connections.
    private static let largest = 32 << 20

    /// Returns all listening sockets in a process's network namespace.
    ///
    /// Both address families must be read: `dlv --listen=0.0.0.0:1` appears only in the IPv6 table if
    /// the host supports IPv6 (docs/facts/debugging.md#listening-sockets).
    ///
    /// - Parameters:
    ///   - process: The process ID or `self`.
    ///   - files: The files of the host.
    /// - Returns: The sockets, or `nil` if none of the tables can be read.
    static func listening(of process: String, in files: RootedFiles) -> [ListeningSocket]? {
        var sockets: [ListeningSocket] = []
        var isAnyRead = false
        for (name, isIPv6) in [("tcp", false), ("tcp6", true)] {
            guard let table = table(name, of: process, in: files) else { continue }
            isAnyRead = true
            sockets += unique(
                table.split(separator: UInt8(ascii: "\n")).compactMap {
                    internetSocket($0, isIPv6: isIPv6)
                }
            )
        }
        if let table = table("unix", of: process, in: files) {
            isAnyRead = true
            let rows = unique(
                table.split(separator: UInt8(ascii: "\n")).compactMap(fileSocket)
            )
            // A socket name may contain line feeds, and so forge rows: an inode number that occurs
            // twice is not reliable.
            var counts: [UInt64: Int] = [:]
            for socket in sockets + rows { counts[socket.inode, default: 0] += 1 }
            sockets += rows.filter { counts[$0.inode] == 1 }
        }
        return isAnyRead ? sockets : nil
    }

    /// Removes duplicate rows: the kernel may repeat a row if sockets open and close during the read.
    private static func unique(_ sockets: [ListeningSocket]) -> [ListeningSocket] {
        var seen: Set<ListeningSocket> = []
        return sockets.filter { seen.insert($0).inserted }
    }

    private static func table(
        _ name: String,
        of process: String,
        in files: RootedFiles
    ) -> [UInt8]? {
        files.bytes("/proc/\(process)/net/\(name)", limit: largest)
            ?? files.bytes("/proc/net/\(name)", limit: largest)
    }

    /// Parses a row such as
    /// `  0: 0100007F:0929 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000  0 4711 1 …`.
    private static func internetSocket(
        _ line: ArraySlice<UInt8>,
        isIPv6: Bool
    ) -> ListeningSocket? {
        let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 12).map {
            String(decoding: $0, as: UTF8.self)
        }
        // 0A is the state LISTEN.
        guard fields.count >= 10, fields[3] == "0A" else { return nil }
        let parts = fields[1].split(byte: ":")
        guard parts.count == 2, let port = UInt16(parts[1], radix: 16),
            let address = bytes(parts[0]), address.count == (isIPv6 ? 16 : 4),
            let inode = UInt64(fields[9])
        else { return nil }
        let text =
            isIPv6 ? InternetAddress.text(ofIPv6: address) : InternetAddress.text(ofIPv4: address)
        return ListeningSocket(
            address: isIPv6 ? "[\(text)]:\(port)" : "\(text):\(port)",
            port: port,
            path: nil,
            reach: InternetAddress.isLoopback(address) ? .loopback : .network,
            user: UInt32(fields[7]),
            inode: inode
        )
    }

    /// Returns the bytes of an address in network order: the table contains 32-bit words in host byte
    /// order.
    private static func bytes(_ digits: String) -> [UInt8]? {
        guard digits.utf8.count % 8 == 0, digits.utf8.count <= 32 else { return nil }
        var bytes: [UInt8] = []
        var rest = Substring(digits)
        while !rest.isEmpty {
            guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
            // The kernel printed the bytes, which are in network order in memory, as a number in host
            // order.
            unsafe withUnsafeBytes(of: word) { bytes += unsafe Array($0) }
            rest = rest.dropFirst(8)
        }
        return bytes
    }

    /// Parses a row such as `0000000000000000: 00000002 00000000 00010000 0001 01 4711 /run/dlv.sock`.
    private static func fileSocket(_ line: ArraySlice<UInt8>) -> ListeningSocket? {
        let fields = line.split(
            separator: UInt8(ascii: " "),
            maxSplits: 7,
            omittingEmptySubsequences: true
        ).map { String(decoding: $0, as: UTF8.self) }
        // The flag __SO_ACCEPTCON means that the socket listens.
        guard fields.count >= 7, fields[0].utf8.last == UInt8(ascii: ":"),
            UInt64(fields[0].dropLast(), radix: 16) != nil, fields[1].utf8.count == 8,
            fields[2] == "00000000", fields[3].utf8.count == 8,
            let flags = UInt32(fields[3], radix: 16), flags & 0x10000 != 0,
            fields[4].utf8.count == 4, fields[5].utf8.count == 2, let inode = UInt64(fields[6])
        else { return nil }
        let path = fields.count > 7 ? fields[7] : ""
        return ListeningSocket(
            address: "unix:\(path)",
            port: nil,
            path: path.isEmpty || path.hasPrefix("@") ? nil : path,
            reach: .file,
            user: nil,
            inode: inode
        )
    }
}

/// Operations on Internet addresses as bytes in network order.
enum InternetAddress {
    /// Whether an address is a loopback address.
    static func isLoopback(_ address: [UInt8]) -> Bool {
        switch address.count {
        case 4: address[0] == 127
        case 16:
            isMappedIPv4(address)
                ? address[12] == 127 : address.dropLast().allSatisfy { $0 == 0 } && address[15] == 1
        default: false
        }
    }

    /// Returns the text of an IPv4 address: `127.0.0.1`.
    static func text(ofIPv4 address: [UInt8]) -> String {
        address.map(String.init).joined(separator: ".")
    }

    /// Returns the text of an IPv6 address by RFC 5952, in which the longest run of zeros is omitted:
    /// `::1`.
    static func text(ofIPv6 address: [UInt8]) -> String {
        guard address.count == 16 else { return "?" }
        if isMappedIPv4(address) { return "::ffff:\(text(ofIPv4: Array(address[12...])))" }
        let groups = stride(from: 0, to: 16, by: 2).map {
            UInt16(address[$0]) << 8 | UInt16(address[$0 + 1])
        }
        var longest = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(1, longest.count) { longest = start..<end }
            start = max(end, start + 1)
        }
        func hex(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        return longest.isEmpty
            ? hex(0..<8) : "\(hex(0..<longest.lowerBound))::\(hex(longest.upperBound..<8))"
    }

    private static func isMappedIPv4(_ address: [UInt8]) -> Bool {
        address.prefix(10).allSatisfy { $0 == 0 } && address[10] == 0xFF && address[11] == 0xFF
    }
}
