internal import SystemPackage
package import ToolchainCore
package import ToolchainHost

/// The file of a program to inspect: where to open it, and its name in messages.
package struct ProgramFile {
    /// A program that could be read, with facts about its file on this host.
    package struct Inspection {
        package let report: BinaryReport
        /// What the host says of starting it; nil for a process, which was started.
        package let launch: FileSystem.LaunchFacts?
        package let notes: [String]
    }

    private let opened: String
    package let name: String
    /// The process that runs it.
    private let process: Int32?
    /// Whether the process runs a file that has no name any more.
    private let isReplaced: Bool

    private init(opened: String, name: String, process: Int32?, isReplaced: Bool = false) {
        self.opened = opened
        self.name = name
        self.process = process
        self.isReplaced = isReplaced
    }

    /// The program at a path.
    package init(_ path: String) { self.init(opened: path, name: path, process: nil) }

    /// The program that a process runs.
    ///
    /// The link can be opened even where the file was replaced meanwhile. The kernel says so by a word
    /// behind the name, which a file may have in its name too.
    package init(ofProcess pid: Int32) {
        let link = "/proc/\(pid)/exe"
        let mark = " (deleted)"
        guard let name = FileSystem.linkTarget(of: link) else {
            self.init(opened: link, name: link, process: pid)
            return
        }
        guard name.hasSuffix(mark), !FileSystem.isSameFile(link, name) else {
            self.init(opened: link, name: name, process: pid)
            return
        }
        let path = String(name.dropLast(mark.count))
        self.init(opened: link, name: path, process: pid, isReplaced: true)
    }

    /// Inspects the program without running it.
    ///
    /// - Parameters:
    ///   - host: The host's architecture; nil to compare with none.
    ///   - environment: Resolves relative paths.
    /// - Returns: The report, and facts about the file.
    /// - Throws: ``Failure`` where the program cannot be read or is not an ELF file.
    package func inspected(
        on host: GoArchitecture?,
        _ environment: HostEnvironment
    ) throws(Failure) -> Inspection {
        do {
            let file = try BinaryFile.opening(opened)
            let report = try BinaryReport(
                file,
                path: name,
                directory: directory(in: environment),
                host: host
            )
            if let error = file.readError { throw error }
            let launch = FileSystem.launchFacts(of: opened)
            var notes = report.notes(launch, isRunning: process != nil)
            if isReplaced, let process {
                notes.insert(
                    "Process \(process) runs a file that was deleted or replaced since it started;"
                        + " this report describes that file.",
                    at: 0
                )
            }
            return Inspection(
                report: report,
                launch: process == nil ? launch : nil,
                notes: notes
            )
        } catch let error as FileError {
            throw Failure(
                .unavailable,
                "cannot read \(name)",
                facts: [.init("because", error.errno)],
                hint: [.permissionDenied, .notPermitted].contains(error.errno)
                    ? "run gotoolprov as the owner of the file or process, or as root" : nil
            )
        } catch let rejection as ELFFile.Rejection {
            let message =
                switch rejection {
                case .notELF: "\(name) is not an ELF file"
                case .malformed: "the ELF header of \(name) is invalid"
                }
            throw Failure(.integrity, message)
        } catch {
            throw Failure(.defect, "cannot inspect \(name)")
        }
    }

    /// The absolute path of the directory that the program is in: Delve makes it so too.
    private func directory(in environment: HostEnvironment) -> String? {
        // Without the `./` a directory named `~` would be the home directory.
        let path = name.hasPrefix("/") ? name : "./\(name)"
        return environment.absolutePath(path).map { path in
            path.split(byte: "/", omittingEmpty: false).dropLast().joined(separator: "/")
        }
    }
}
