/// One entry of NO_PROXY, as curl and golang.org/x/net/http/httpproxy read it.
enum ProxyExemption: Hashable, Sendable {
    /// `*`: everything.
    case everything
    /// `10.0.0.0/8`.
    case block(NetworkAddress.Block)
    /// `10.0.0.1`, `[fd00::1]:8080`.
    case address(NetworkAddress, port: Int?)
    /// `example.com` and `.example.com`: the name and what is below it; `*.example.com`: only that.
    case name(String, port: Int?, isItselfCovered: Bool)

    /// The entries of a list, which commas and blanks separate.
    ///
    /// What is not valid covers nothing.
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
        let isItselfCovered = !host.hasPrefix("*.")
        if !isItselfCovered { host = host.dropFirst() }
        if host.hasPrefix(".") { host = host.dropFirst() }
        guard !host.isEmpty else { return nil }
        self = .name(String(host), port: port, isItselfCovered: isItselfCovered)
    }

    private static func withoutZone(_ host: Substring) -> Substring {
        host.firstIndex(of: "%").map { host[..<$0] } ?? host
    }

    /// Whether a request to `server` needs no proxy.
    func covers(_ server: WebAddress) -> Bool {
        switch self {
        case .everything: return true
        case .block(let block):
            return NetworkAddress(server.host).map(block.contains) ?? false
        case .address(let address, let port):
            return NetworkAddress(server.host) == address
                && (port == nil || port == server.effectivePort)
        case .name(let name, let port, let isItselfCovered):
            guard port == nil || port == server.effectivePort,
                NetworkAddress(server.host) == nil
            else { return false }
            let host = server.host.hasSuffix(".") ? String(server.host.dropLast()) : server.host
            return host.hasSuffix(".\(name)") || (isItselfCovered && host == name)
        }
    }
}
