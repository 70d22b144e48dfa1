internal import SystemPackage
package import ToolchainCore
package import ToolchainHost

/// A program to inspect, given as a path or as a process.
package struct ProgramFile {
    /// The result of an inspection.
    package struct Inspection {
        package let report: BinaryReport
        /// The permissions of the file; nil for a process, which is already running.
        package let launch: FileSystem.LaunchFacts?
        package let notes: [String]
    }

    /// The path that is opened.
    private let opened: String
    /// The path for messages.
    package let name: String
    /// The ID of the process that runs it.
    private let process: Int32?
    /// Whether the file was deleted or replaced after the process started.
    private let isReplaced: Bool

    private init(opened: String, name: String, process: Int32?, isReplaced: Bool = false) {
        self.opened = opened
        self.name = name
        self.process = process
        self.isReplaced = isReplaced
    }

    /// Creates a program at a path.
    package init(_ path: String) { self.init(opened: path, name: path, process: nil) }

    /// Creates a program that a process runs.
    ///
    /// /proc/PID/exe can be opened even if the file was deleted. The kernel then appends ` (deleted)` to the
    /// target of the link, which may also be part of the actual name of a file.
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
    ///   - host: The architecture of the host; nil to accept any.
    ///   - environment: The environment, for resolving relative paths.
    /// - Returns: The report, the permissions of the file, and remarks.
    /// - Throws: ``Failure`` if the program cannot be read or is not an ELF file.
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

    /// Returns the absolute path of the program's directory, determined as Delve does.
    private func directory(in environment: HostEnvironment) -> String? {
        // The prefix `./` prevents a directory named `~` from being expanded to the home directory.
        let path = name.hasPrefix("/") ? name : "./\(name)"
        return environment.absolutePath(path).map { path in
            path.split(byte: "/", omittingEmpty: false).dropLast().joined(separator: "/")
        }
    }
}
