internal import ToolchainCore

/// The requirements of the VS Code server: see docs/facts/debugging.md#vs-code-server-prerequisites.
package struct EditorPrerequisites: Hashable, Sendable {
    /// One requirement.
    package struct Requirement: Hashable, Sendable {
        /// The requirement, such as `glibc 2.28`.
        package let what: String
        /// What was found on the host.
        package let found: String
        /// Whether the requirement is met, or `nil` if unknown.
        package let isMet: Bool?
    }

    /// All requirements.
    package let requirements: [Requirement]

    /// Checks the kernel, the libraries and the programs that the server's installer runs.
    ///
    /// - Parameters:
    ///   - files: The files of the host.
    ///   - library: The C library of the host.
    ///   - isInWindows: Whether the host is WSL, where VS Code also supports musl.
    ///   - path: The search path for programs.
    /// - Returns: The requirements, and what was found for each.
    package static func detected(
        in files: RootedFiles,
        library: CLibrary,
        isInWindows: Bool,
        path: SearchPath
    ) -> EditorPrerequisites {
        var requirements: [Requirement] = []
        let kernel = files.text("/proc/sys/kernel/osrelease")
        requirements.append(requirement("kernel", least: [4, 18], found: kernel))
        switch library.kind {
        case .glibc:
            requirements.append(requirement("glibc", least: [2, 28], found: library.version))
        case .musl where isInWindows:
            requirements.append(requirement("musl", least: [1, 2, 3], found: library.version))
        case .musl:
            requirements.append(
                Requirement(
                    what: "glibc 2.28",
                    found:
                        "musl \(library.version ?? ""): VS Code supports it in WSL and containers,"
                        + " not over SSH",
                    isMet: false
                )
            )
        case .none:
            requirements.append(
                Requirement(what: "glibc 2.28", found: "no C library found", isMet: false)
            )
        case .unknown:
            requirements.append(
                Requirement(what: "glibc 2.28", found: "unknown C library", isMet: nil)
            )
        }
        let standard = standardLibrary(in: files)
        requirements.append(
            standard == nil
                ? Requirement(what: "libstdc++ GLIBCXX_3.4.25", found: "not found", isMet: false)
                : requirement("libstdc++ GLIBCXX_", least: [3, 4, 25], found: standard)
        )
        for names in [["bash"], ["tar"], ["curl", "wget"]] {
            let found = names.first { !path.programs($0, in: files).isEmpty }
            requirements.append(
                Requirement(
                    what: names.joined(separator: " or "),
                    found: found ?? "not on PATH",
                    isMet: found != nil
                )
            )
        }
        return EditorPrerequisites(requirements: requirements)
    }

    private static func requirement(_ what: String, least: [Int], found: String?) -> Requirement {
        let words =
            what + (what.hasSuffix("_") ? "" : " ") + least.map(String.init).joined(separator: ".")
        guard let found else { return Requirement(what: words, found: "unknown", isMet: nil) }
        let numbers = Self.numbers(found)
        guard !numbers.isEmpty else { return Requirement(what: words, found: found, isMet: nil) }
        return Requirement(
            what: words,
            found: found,
            isMet: !numbers.lexicographicallyPrecedes(least)
        )
    }

    /// Returns the leading numeric components of a version.
    static func numbers(_ version: String) -> [Int] {
        var numbers: [Int] = []
        for part in version.split(byte: ".") {
            let digits = part.prefix(while: \.isDigit)
            guard let number = Int(digits) else { break }
            numbers.append(number)
            if digits.count < part.count { break }
        }
        return numbers
    }

    /// Returns the newest GLIBCXX version that the C++ library provides, such as `3.4.30`, or `nil` if
    /// none is found.
    private static func standardLibrary(in files: RootedFiles) -> String? {
        var directories = ["/usr/lib64", "/lib64", "/usr/lib", "/lib"]
        for parent in ["/usr/lib", "/lib"] {
            directories += files.names(in: parent).filter { $0.contains("-linux-") }.map {
                "\(parent)/\($0)"
            }
        }
        for directory in directories {
            guard let bytes = files.bytes("\(directory)/libstdc++.so.6", limit: 8 << 20) else {
                continue
            }
            let marker = Array("GLIBCXX_3.4.".utf8)
            let newest = bytes.offsets(of: marker).compactMap { offset in
                let digits = bytes[(offset + marker.count)...].prefix(while: \.isDigit)
                return Int(String(decoding: digits, as: UTF8.self))
            }.max()
            if let newest { return "3.4.\(newest)" }
        }
        return nil
    }
}
