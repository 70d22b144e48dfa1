internal import HostInspection

extension HostReport.LibcKind {
    /// Creates the value that a report uses for a detected C library.
    init(_ kind: CLibrary.Kind) {
        self =
            switch kind {
            case .glibc: .glibc
            case .musl: .musl
            case .none: .none
            case .unknown: .unknown
            }
    }
}

extension HostReport.Virtualization {
    /// Creates the value that a report uses for a detected environment.
    ///
    /// WSL takes precedence.
    init(_ kind: Virtualization.Kind, _ generation: SubsystemForLinux.Generation) {
        self =
            switch (generation, kind) {
            case (.one, _): .wsl1
            case (.two, _): .wsl2
            case (.none, .container), (.unknown, .container): .container
            case (.none, .machine), (.unknown, .machine): .vm
            case (.none, .none), (.unknown, .none): .none
            case (.none, .unknown), (.unknown, .unknown): .unknown
            }
    }
}
