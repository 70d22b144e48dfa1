internal import HostInspection
internal import Provisioning
internal import ToolchainCore

extension Context {
    /// Parses GOARCH values, separated by commas.
    ///
    /// - Parameter text: The value of `--arch`, or `nil` for the architecture of this host.
    /// - Returns: The architectures, in the order in which they are named.
    /// - Throws: ``Failure`` of kind `usage` if one is not supported, or none is named.
    func architectures(_ text: String?) throws(Failure) -> [GoArchitecture] {
        guard let text else { return [try host.platform().platform.architecture] }
        var found: [GoArchitecture] = []
        for name in text.split(byte: ",") {
            guard let architecture = GoArchitecture(rawValue: name) else {
                let known = GoArchitecture.allCases.map(\.rawValue).joined(separator: ", ")
                throw Failure(
                    .usage,
                    "`\(name)` is not a supported GOARCH",
                    facts: [.init("supported", known)]
                )
            }
            if !found.contains(architecture) { found.append(architecture) }
        }
        guard !found.isEmpty else { throw Failure(.usage, "`--arch` is empty") }
        return found
    }
}
