internal import BinaryInspection
internal import HostInspection
internal import Provisioning
internal import SystemPackage
internal import ToolchainCore
internal import ToolchainHost

extension EditorHost {
    /// Returns the version of the Delve at `path`, or `nil` if the file does not contain it.
    func delveRelease(at path: String) -> ReleaseNumber? {
        ToolIdentity.read(at: path, as: "dlv")?
            .release { try? context.readableCatalog(context.settings()).tools }
            .flatMap { ReleaseNumber($0.description) }
    }

    /// Inspects a program to debug, and notes what prevents Delve from debugging it.
    ///
    /// Returns `nil`, with a note, if the program cannot be read.
    func debuggee(at path: String) -> BinaryReport? {
        let report: BinaryReport
        do {
            let host = try? context.platform().platform.architecture
            report = try BinaryReport(BinaryFile.opening(path), path: path, host: host)
        } catch let error as FileError {
            context.note(
                error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory
                    ? "\(path) does not exist" : "cannot read \(path): \(error.errno)"
            )
            return nil
        } catch {
            context.note("\(path) cannot be debugged: it is not an ELF file")
            return nil
        }
        switch report.verdict {
        case .none, .notGo, .wrongArchitecture, .lineOnly, .unknown:
            let reason = report.reasons.first.map { " (\($0))" } ?? ""
            context.note("\(path): \(report.behavior(of: .unknown()))\(reason)")
        case .full, .optimized, .split: break
        }
        for text in report.notes(FileSystem.launchFacts(of: path)) {
            context.note("\(path): \(text)")
        }
        return report
    }

    /// Notes if a Delve cannot debug a program.
    ///
    /// - Parameters:
    ///   - program: The program to debug.
    ///   - path: The path of the Delve.
    ///   - version: The version of the Delve if the user specified it.
    func noteIncompatibility(of program: BinaryReport, byDelveAt path: String, version: String?) {
        let identity = version == nil ? ToolIdentity.read(at: path, as: "dlv") : nil
        guard let target = DelveTarget(program), program.isForLinux,
            let architecture = program.elf.architecture,
            let tools = try? context.readableCatalog(context.settings()).tools,
            let delve = version.flatMap({ ToolVersion($0) }) ?? identity?.release({ tools })
        else { return }
        let go = target.goVersion
        let compatibility = Compatibility(tools, on: architecture)
        let verdict = compatibility.verdict(
            delve: delve,
            builtBy: identity?.goVersion,
            debugging: go,
            dwarfVersion: target.dwarfVersion
        )
        guard let reason = verdict.reason else { return }
        let compatible = compatibility.newestDelve(debugging: go)
        let advice =
            compatible.map { $0 == delve ? "" : "; run `gotoolprov ensure dlv@\($0)`" }
            ?? ""
        context.note(
            verdict.isCompatible == false
                ? "Delve \(delve) cannot debug \(program.path), built with \(go.toolchainName):"
                    + " it \(reason)\(advice)"
                : "it is unknown whether Delve \(delve) can debug \(program.path), built with"
                    + " \(go.toolchainName)\(advice)"
        )
    }
}
