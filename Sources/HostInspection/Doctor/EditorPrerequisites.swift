internal import ToolchainCore

/// What the VS Code server requires of a host: docs/facts/debugging.md#vs-code-server-prerequisites.
package struct EditorPrerequisites: Hashable, Sendable {
    /// One requirement.
    package struct Need: Hashable, Sendable {
        /// What is required: `glibc 2.28`.
        package let what: String
        /// What was found.
        package let found: String
        /// Whether that is enough; nil where that is unknown.
        package let isMet: Bool?
    }

    /// All requirements.
    package let needs: [Need]

    /// Looks at the kernel, the libraries and the programs that the server's installer runs.
    ///
    /// - Parameters:
    ///   - files: The files of the host.
    ///   - library: Its C library.
    ///   - isInWindows: Whether it is a WSL, where VS Code also supports musl.
    ///   - path: Where programs are looked for.
    /// - Returns: The requirements, and what was found for each.
    package static func detected(
        in files: RootedFiles,
        library: CLibrary,
        isInWindows: Bool,
        path: SearchPath
    ) -> EditorPrerequisites {
        var needs: [Need] = []
        let kernel = files.text("/proc/sys/kernel/osrelease")
        needs.append(need("kernel", least: [4, 18], found: kernel))
        switch library.kind {
        case .glibc: needs.append(need("glibc", least: [2, 28], found: library.version))
        case .musl where isInWindows:
            needs.append(need("musl", least: [1, 2, 3], found: library.version))
        case .musl:
            needs.append(
                Need(
                    what: "glibc 2.28",
                    found:
                        "musl \(library.version ?? ""): VS Code supports it in WSL and containers,"
                        + " not over SSH",
                    isMet: false
                )
            )
        case .none:
            needs.append(Need(what: "glibc 2.28", found: "no C library found", isMet: false))
        case .unknown:
            needs.append(Need(what: "glibc 2.28", found: "unknown C library", isMet: nil))
        }
        let standard = standardLibrary(in: files)
        needs.append(
            standard == nil
                ? Need(what: "libstdc++ GLIBCXX_3.4.25", found: "not found", isMet: false)
                : need("libstdc++ GLIBCXX_", least: [3, 4, 25], found: standard)
        )
        for names in [["bash"], ["tar"], ["curl", "wget"]] {
            let found = names.first { !path.programs($0, in: files).isEmpty }
            needs.append(
                Need(
                    what: names.joined(separator: " or "),
                    found: found ?? "not on PATH",
                    isMet: found != nil
                )
            )
        }
        return EditorPrerequisites(needs: needs)
    }

    private static func need(_ what: String, least: [Int], found: String?) -> Need {
        let words =
            what + (what.hasSuffix("_") ? "" : " ") + least.map(String.init).joined(separator: ".")
        guard let found else { return Need(what: words, found: "unknown", isMet: nil) }
        let numbers = Self.numbers(found)
        guard !numbers.isEmpty else { return Need(what: words, found: found, isMet: nil) }
        return Need(what: words, found: found, isMet: !numbers.lexicographicallyPrecedes(least))
    }

    /// The numbers that a version begins with.
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

    /// The newest version of GLIBCXX that the C++ library has: `3.4.30`.
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
            let mark = Array("GLIBCXX_3.4.".utf8)
            let newest = bytes.offsets(of: mark).compactMap { offset in
                let digits = bytes[(offset + mark.count)...].prefix(while: \.isDigit)
                return Int(String(decoding: digits, as: UTF8.self))
            }.max()
            if let newest { return "3.4.\(newest)" }
        }
        return nil
    }
}
