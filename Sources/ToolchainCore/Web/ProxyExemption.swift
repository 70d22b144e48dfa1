/// An entry of NO_PROXY, interpreted as curl and golang.org/x/net/http/httpproxy do.
enum ProxyExemption: Hashable, Sendable {
    /// `*`, which matches every server.
    case everything
    /// A block of addresses: `10.0.0.0/8`.
    case block(NetworkAddress.Block)
    /// An address: `10.0.0.1`, `[fd00::1]:8080`.
    case address(NetworkAddress, port: Int?)
    /// A domain: `example.com` and `.example.com` match the name and its subdomains, `*.example.com` only
    /// its subdomains.
    case domain(String, port: Int?, includesApex: Bool)

    /// Parses a list whose entries are separated by commas and white space; ignores invalid entries.
    static func all(in list: String) -> [ProxyExemption] {
        list.lowercased().utf8
            .split { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: " ") || (9...13).contains($0) }
            .compactMap { ProxyExemption(String(decoding: $0, as: UTF8.self)) }
    }

    private init?(_ entry: String) {
        if entry == "*" {
            self = .everything
            return
        }
        if entry.contains(byte: "/") {
            guard let block = NetworkAddress.Block(entry) else { return nil }
            self = .block(block)
            return
        }
        if let address = NetworkAddress(Self.withoutZone(entry[...])) {
            self = .address(address, port: nil)
            return
        }
        var host = entry[...]
        var port: Int?
        let afterBracket = host.lastIndex(of: "]") ?? host.startIndex
        if let colon = host[afterBracket...].lastIndex(of: ":") {
            guard let number = UInt16(host[host.index(after: colon)...]) else { return nil }
            port = Int(number)
            host = host[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        if let address = NetworkAddress(Self.withoutZone(host)) {
            self = .address(address, port: port)
            return
        }
        if host.hasSuffix(".") { host = host.dropLast() }
        let includesApex = !host.hasPrefix("*.")
        if !includesApex { host = host.dropFirst() }
        if host.hasPrefix(".") { host = host.dropFirst() }
        guard !host.isEmpty else { return nil }
        self = .domain(String(host), port: port, includesApex: includesApex)
    }

    private static func withoutZone(_ host: Substring) -> Substring {
        host.firstIndex(of: "%").map { host[..<$0] } ?? host
    }

    /// Returns whether requests to `server` bypass the proxy.
    func matches(_ server: WebAddress) -> Bool {
        switch self {
        case .everything: return true
        case .block(let block):
            return NetworkAddress(server.host).map(block.contains) ?? false
        case .address(let address, let port):
            return NetworkAddress(server.host) == address
                && (port == nil || port == server.effectivePort)
        case .domain(let name, let port, let includesApex):
            guard port == nil || port == server.effectivePort,
                NetworkAddress(server.host) == nil
            else { return false }
            let host = server.host.hasSuffix(".") ? String(server.host.dropLast()) : server.host
            return host.hasSuffix(".\(name)") || (includesApex && host == name)
        }
    }
}
