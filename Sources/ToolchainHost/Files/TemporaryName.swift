internal import Glibc
internal import ToolchainCore

/// The name of something that is being made, beside the name that it gets once it is whole.
///
/// Version 0.1.0 used these names too, but for those with a process, so what it left is recognized.
package struct TemporaryName: Hashable, Sendable {
    /// The name that the thing gets, or is put aside from.
    package let target: String
    /// Whether the name begins with a dot, as in directories that people look at.
    package let isHidden: Bool
    /// The process that makes the thing, where nothing else shows that its maker lives: a link
    /// cannot be locked.
    let maker: pid_t?
    /// The random number at the end.
    private let number: String

    /// How many digits a number has at least that people do not give: `settings.json.1`.
    static let fewestDigits = 5

    /// A new name.
    ///
    /// A random number sets it apart and not the process: those of two containers that share a home
    /// have the same numbers.
    package init(for target: String, isHidden: Bool) {
        self.init(for: target, isHidden: isHidden, maker: nil)
    }

    init(for target: String, isHidden: Bool, maker: pid_t?) {
        self.target = target
        self.isHidden = isHidden
        self.maker = maker
        number = "\(UInt32.random(in: 10_000...UInt32.max))"
    }

    /// Reads the name of a file, link or directory; nil for any that is not temporary.
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
            guard isHidden, let maker = pid_t(numbers[0]), maker > 0 else { return nil }
            self.maker = maker
        } else {
            maker = nil
        }
    }

    /// The name: `.go1.21.13.4093129481`, without the dot in directories of gotoolprov's own.
    package var text: String {
        (isHidden ? "." : "") + target + "." + (maker.map { "\($0)-" } ?? "") + number
    }

    /// Whether people hardly give such names.
    var isUnmistakable: Bool { number.utf8.count >= Self.fewestDigits }
}
