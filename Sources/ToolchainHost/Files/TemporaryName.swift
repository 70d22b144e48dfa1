internal import Glibc
internal import ToolchainCore

/// The temporary name of a file or directory that is renamed when it is complete.
///
/// gotoolprov 0.1.0 used the same names, except those with a process ID, so its files are recognized.
package struct TemporaryName: Hashable, Sendable {
    /// The final name, or the former name of a file that was moved away.
    package let target: String
    /// Whether the name begins with a dot, as in directories that users browse.
    package let isHidden: Bool
    /// The ID of the process that creates a link; nil for files and directories, which can be locked.
    let processID: pid_t?
    /// The random number at the end.
    private let number: String

    /// The minimum number of digits that distinguishes a temporary name from one such as `settings.json.1`.
    static let minimumDigitCount = 5

    /// Creates a unique name.
    ///
    /// It contains a random number instead of the process ID, because two containers that share a home
    /// directory may have the same process IDs.
    package init(for target: String, isHidden: Bool) {
        self.init(for: target, isHidden: isHidden, processID: nil)
    }

    init(for target: String, isHidden: Bool, processID: pid_t?) {
        self.target = target
        self.isHidden = isHidden
        self.processID = processID
        number = "\(UInt32.random(in: 10_000...UInt32.max))"
    }

    /// Parses the name of a file, link or directory; nil if it is not a temporary name.
    package init?(parsing name: String) {
        let parts = name.split(byte: ".", omittingEmpty: false)
        guard parts.count > 1, let end = parts.last else { return nil }
        isHidden = parts[0].isEmpty && parts.count > 2
        target = parts.dropFirst(isHidden ? 1 : 0).dropLast().joined(separator: ".")
        let numbers = end.split(byte: "-", omittingEmpty: false)
        guard numbers.count <= 2, let number = numbers.last,
            number.utf8.allSatisfy(\.isDigit), UInt32(number) != nil
        else {
            return nil
        }
        self.number = number
        if numbers.count == 2 {
            guard isHidden, let processID = pid_t(numbers[0]), processID > 0 else { return nil }
            self.processID = processID
        } else {
            processID = nil
        }
    }

    /// The name: `.go1.21.13.4093129481`, without the dot in directories that only gotoolprov uses.
    package var text: String {
        (isHidden ? "." : "") + target + "." + (processID.map { "\($0)-" } ?? "") + number
    }

    /// Whether users are unlikely to choose such a name.
    var isUnmistakable: Bool { number.utf8.count >= Self.minimumDigitCount }
}
