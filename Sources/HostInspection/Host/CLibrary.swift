internal import ToolchainCore

/// The C library that a host's own programs use.
package struct CLibrary: Hashable, Sendable {
    /// A kind of C library.
    package enum Kind: String, Hashable, Sendable {
        case glibc
        case musl
        /// The host has no programs, or none that require a C library.
        case none
        /// A C library that is neither.
        case unknown
    }

    /// A reason that a loader cannot start programs.
    package enum LoaderProblem: Hashable, Sendable {
        /// The file does not exist.
        case missing
        /// The file is a program that loads nothing, as NixOS installs it in the usual place.
        case stub

        /// The problem, to follow `requires LOADER, which`.
        package var words: String {
            switch self {
            case .missing: "does not exist"
            case .stub: "is a stub that loads no programs"
            }
        }
    }

    /// The kind.
    package let kind: Kind
    /// The version, such as `2.36`, or `nil` if unknown.
    package let version: String?
    /// The observation from which this was concluded.
    package let evidence: String

    /// Determines the C library from the programs in `files`, by the rules of
    /// docs/facts/debugging.md#c-library.
    ///
    /// The loader that the host's own programs require decides. A musl loader on the disk is no
    /// evidence: Debian's musl-tools installs one. Nothing is executed.
    package static func detected(in files: RootedFiles) -> CLibrary {
        for program in ["/bin/sh", "/usr/bin/env", "/bin/ls", "/bin/dash", "/bin/bash"] {
            guard let interpreter = interpreter(of: program, in: files) else { continue }
            let evidence = "\(program) requires \(interpreter)"
            if interpreter.contains("ld-musl-") {
                return CLibrary(
                    kind: .musl,
                    version: muslVersion(loader: interpreter, in: files),
                    evidence: evidence
                )
            }
            if interpreter.contains("/ld-linux") || interpreter.contains("/ld64.so")
                || interpreter.contains("/ld.so")
            {
                return CLibrary(
                    kind: .glibc,
                    version: glibcVersion(loader: interpreter, in: files),
                    evidence: evidence
                )
            }
            return CLibrary(kind: .unknown, version: nil, evidence: evidence)
        }
        // There are only static programs, or none, so a loader on the disk is the best evidence.
        for directory in ["/lib", "/lib64", "/usr/lib", "/usr/lib64"] {
            let names = files.names(in: directory)
            if let name = names.first(where: { $0.hasPrefix("ld-linux") }) {
                let loader = "\(directory)/\(name)"
                return CLibrary(
                    kind: .glibc,
                    version: glibcVersion(loader: loader, in: files),
                    evidence: "no program requires a loader; \(loader) exists"
                )
            }
            if let name = names.first(where: { $0.hasPrefix("ld-musl-") }) {
                let loader = "\(directory)/\(name)"
                return CLibrary(
                    kind: .musl,
                    version: muslVersion(loader: loader, in: files),
                    evidence: "no program requires a loader; \(loader) exists"
                )
            }
        }
        return CLibrary(
            kind: .none,
            version: nil,
            evidence: "no program requires a loader, and none was found"
        )
    }

    /// Returns the loader that a program requires, or `nil` if it is static or does not exist.
    static func interpreter(of program: String, in files: RootedFiles) -> String? {
        guard let header = files.bytes(program, limit: ELFIdentity.byteCount),
            let identity = ELFIdentity(header: header)
        else { return nil }
        return identity.interpreter { offset, count in
            guard let start = Int(exactly: offset) else { return [] }
            return files.bytes(program, from: start, limit: count) ?? []
        }
    }

    /// Returns the reason that a loader cannot start programs, or `nil` if it can or cannot be read.
    package static func problem(ofLoader loader: String, in files: RootedFiles) -> LoaderProblem? {
        guard files.exists(loader) else { return .missing }
        guard let header = files.bytes(loader, limit: ELFIdentity.byteCount) else { return nil }
        // On NixOS, this is a static program that only prints an error.
        let isLibrary = ELFIdentity(header: header)?.isLibrary { offset, count in
            guard let start = Int(exactly: offset) else { return [] }
            return files.bytes(loader, from: start, limit: count) ?? []
        }
        return isLibrary == true ? nil : .stub
    }

    /// Finds the glibc version in libc.so.6, which contains `stable release version 2.36` and is next
    /// to the loader or in one of the usual directories.
    private static func glibcVersion(loader: String, in files: RootedFiles) -> String? {
        let loaderDirectory = loader.split(byte: "/").dropLast().joined(separator: "/")
        var directories = ["/\(loaderDirectory)", "/lib64", "/usr/lib64", "/lib", "/usr/lib"]
        for parent in ["/lib", "/usr/lib"] {
            directories += files.names(in: parent).filter { $0.contains("-linux-gnu") }
                .map { "\(parent)/\($0)" }
        }
        for directory in directories {
            guard let library = files.bytes("\(directory)/libc.so.6", limit: 8 << 20) else {
                continue
            }
            for phrase in ["stable release version ", "development release version "] {
                if let version = version(after: phrase, in: library) { return version }
            }
        }
        return nil
    }

    /// Finds the musl version in the loader, which is the library itself and contains `musl libc` and,
    /// elsewhere, the version as a separate string.
    private static func muslVersion(loader: String, in files: RootedFiles) -> String? {
        guard let library = files.bytes(loader, limit: 8 << 20),
            firstIndex(of: Array("musl libc".utf8), in: library) != nil
        else { return nil }
        return library.split(separator: 0).lazy.compactMap { piece -> String? in
            guard (5...12).contains(piece.count),
                piece.allSatisfy({ $0.isDigit || $0 == UInt8(ascii: ".") })
            else { return nil }
            let parts = piece.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
            return String(decoding: piece, as: UTF8.self)
        }.first
    }

    private static func version(after phrase: String, in bytes: [UInt8]) -> String? {
        guard let start = firstIndex(of: Array(phrase.utf8), in: bytes) else { return nil }
        var digits = bytes[(start + phrase.utf8.count)...].prefix(12).prefix {
            $0.isDigit || $0 == UInt8(ascii: ".")
        }
        if digits.last == UInt8(ascii: ".") { digits.removeLast() }
        return digits.isEmpty ? nil : String(decoding: digits, as: UTF8.self)
    }

    private static func firstIndex(of needle: [UInt8], in bytes: [UInt8]) -> Int? {
        guard let first = needle.first else { return nil }
        var from = bytes.startIndex
        while let candidate = bytes[from...].firstIndex(of: first) {
            if bytes[candidate...].starts(with: needle) { return candidate }
            from = candidate + 1
        }
        return nil
    }
}
