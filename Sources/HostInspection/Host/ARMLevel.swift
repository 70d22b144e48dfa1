internal import ToolchainCore

/// The GOARM level of a 32-bit ARM processor, which determines the instructions that programs may use.
package enum ARMLevel: String, Hashable, Sendable, CaseIterable {
    /// Without hardware floating point; Go's archives, which are built for level 6, do not run.
    case five = "5"
    case six = "6"
    case seven = "7"

    /// Returns the level of the first processor in /proc/cpuinfo, or `nil` if it cannot be read.
    ///
    /// A 64-bit processor reports 8 or `AArch64`, and supports level 7 for 32-bit programs.
    package static func detected(in files: RootedFiles) -> ARMLevel? {
        guard let text = files.text("/proc/cpuinfo") else { return nil }
        func value(_ key: String) -> String? {
            text.split(byte: "\n").first { $0.hasPrefix(key) }?.split(byte: ":").last
        }
        guard let architecture = value("CPU architecture")?.split(byte: " ").first else {
            return nil
        }
        if architecture.hasPrefix("AArch64") { return .seven }
        guard let number = Int(architecture.prefix(while: \.isDigit)) else {
            return nil
        }
        if number >= 8 { return .seven }
        let features = Set((value("Features") ?? "").split(byte: " "))
        guard number >= 6, features.contains("vfp") else { return .five }
        let isSeventh =
            number >= 7 && (features.contains("vfpv3") || features.contains("vfpv3d16"))
        return isSeventh ? .seven : .six
    }
}
