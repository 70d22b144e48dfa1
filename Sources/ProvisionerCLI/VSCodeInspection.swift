internal import BinaryInspection
internal import EditorSettings
internal import HostInspection
internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

extension ToolIdentity {
    /// What the file at `path` says it is; nil where it cannot be read or does not tell.
    static func read(at path: String) -> ToolIdentity? {
        guard let file = try? BinaryFile.opening(path), let elf = try? ELFFile(file) else {
            return nil
        }
        return ToolIdentity(of: file, elf)
    }

    /// As above; nil also where it is something else.
    static func read(at path: String, as name: String) -> ToolIdentity? {
        read(at: path).flatMap { $0.name == name ? $0 : nil }
    }

    /// Its version; of a Delve that was built from a source archive the catalogue tells it.
    func release(_ table: () -> ToolCatalogue?) -> ToolVersion? {
        version.flatMap { ToolVersion($0) }
            ?? delveBuild.flatMap { table()?.delveVersion(ofBlob: $0) }
    }
}

extension Context {
    /// The release of the Delve at `path`; nil where its file does not tell.
    func delveRelease(at path: String) -> ReleaseNumber? {
        ToolIdentity.read(at: path, as: "dlv")?
            .release { try? readableCatalogue(settings()).tools }
            .flatMap { ReleaseNumber($0.description) }
    }

    /// What a program that is to be debugged says of itself; nil, and a note, where it cannot be
    /// read.
    func debuggee(at path: String) -> BinaryReport? {
        let report: BinaryReport
        do {
            let host = try? platform().platform.architecture
            report = try BinaryReport(BinaryFile.opening(path), path: path, host: host)
        } catch let error as FileError {
            note(
                error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory
                    ? "there is no program at \(path)" : "cannot read \(path): \(error.errno)"
            )
            return nil
        } catch {
            note("\(path) is no program that can be debugged: it is no ELF file")
            return nil
        }
        switch report.verdict {
        case .none, .notGo, .wrongArchitecture, .lineOnly:
            note("\(path): \(report.behaviour(of: .unknown))")
        case .full, .optimised, .split, .unknown: break
        }
        return report
    }
}
