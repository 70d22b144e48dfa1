internal import ToolchainCore

extension DoctorCheck {
    /// Checks that no running Delve accepts connections from other users.
    ///
    /// - Parameters:
    ///   - listeners: The running Delve processes, or `nil` if /proc cannot be read.
    ///   - areOthersHidden: Whether /proc hides other users' processes.
    ///   - view: The processes that /proc shows.
    ///   - names: The user names.
    ///   - hostName: The name of this host in fixes.
    /// - Returns: The check.
    static func listeners(
        _ listeners: [DebuggerListener]?,
        areOthersHidden: Bool,
        view: ProcessView,
        names: UserNames,
        hostName: String
    ) -> DoctorCheck {
        let title = "access to running Delve servers"
        guard let listeners else {
            return DoctorCheck(
                .delveListeners,
                .unknown,
                title,
                evidence: ["/proc cannot be read"],
                fix: ["mount /proc"]
            )
        }
        var verdict = Verdict.ok
        var evidence: [String] = []
        var fix: [String] = []
        for listener in listeners {
            let owner = listener.user.map(names.name(of:)) ?? "an unknown user"
            let who = "dlv (process \(listener.processID) of \(owner))"
            switch listener.exposure {
            case nil:
                verdict = max(verdict, .unknown)
                evidence += listener.unseenLines(who)
                fix.append("run gotoolprov as root to inspect process \(listener.processID)")
            case .network:
                verdict = .blocked
                evidence += listener.lines(who)
                fix.append(advice(listener, hostName: hostName, owner: owner))
            case .group, .host:
                verdict = max(verdict, .degraded)
                evidence += listener.lines(who)
                let found = listener.openFiles
                if !found.isEmpty {
                    fix += found.map { "as \(owner): chmod 600 \(ShellQuoting.quoted($0))" }
                } else {
                    fix.append(
                        "end process \(listener.processID); start dlv without --only-same-user=false,"
                            + " or with its socket in a directory of mode 700"
                    )
                }
            case .owner: evidence += listener.lines(who)
            }
        }
        if evidence.isEmpty { evidence = ["no running dlv found"] }
        if view == .foreign {
            verdict = max(verdict, .unknown)
            evidence.append(
                "/proc belongs to another PID namespace and may lack processes of this one"
            )
            fix.append("as root, in this PID namespace: mount -t proc proc /proc")
        }
        if areOthersHidden {
            verdict = max(verdict, .unknown)
            evidence.append("/proc hides other users' processes (hidepid)")
            fix.append("run gotoolprov as root to see them")
        }
        return DoctorCheck(.delveListeners, verdict, title, evidence: evidence, fix: fix)
    }

    private static func advice(
        _ listener: DebuggerListener,
        hostName: String,
        owner: String
    ) -> String {
        let port = listener.exposedPort.map(String.init) ?? "PORT"
        let destination = ShellQuoting.word("\(owner)@\(hostName)")
        guard listener.isInOtherNetwork != true else {
            // A forwarded TCP port would connect in this host's network namespace, where nothing
            // listens.
            return
                "end process \(listener.processID); in its container or namespace, start dlv with"
                + " --listen=unix:/DIR/dlv.sock in a directory of mode 700 that this host shares, and"
                + " on the client: ssh -NL \(port):/DIR/dlv.sock \(destination)"
        }
        return "end process \(listener.processID); start dlv with --listen=127.0.0.1:\(port), and"
            + " on the client: ssh -NL \(port):127.0.0.1:\(port) \(destination)"
    }
}

extension DebuggerListener {
    /// Returns a line about each socket and the users who can connect to it.
    fileprivate func lines(_ who: String) -> [String] {
        let place = isInOtherNetwork == true ? " in another network namespace" : ""
        guard let sockets else {
            guard isServer else { return ["\(who) does not listen: it runs without --headless"] }
            return [
                "\(who) has arguments to listen on \(announced ?? "?"): remote code execution as its"
                    + " user for everyone who can reach that address"
            ]
        }
        guard !sockets.isEmpty else { return ["\(who) does not listen on any socket"] }
        return sockets.map { socket in
            let consequence =
                switch socket.exposure {
                case .owner, nil: ""
                case .group: ": every member of a group can run programs as its user"
                case .host: ": every user of this host can run programs as its user"
                case .network:
                    ": remote code execution as its user, without a password, for everyone who can"
                        + " reach that address"
                }
            return "\(who) listens on \(socket.socket.address)\(place)\(consequence)"
                + " (\(socket.reason))"
        }
    }

    /// Returns the evidence for a process whose sockets are not all visible.
    fileprivate func unseenLines(_ who: String) -> [String] {
        guard sockets == nil else { return lines(who) }
        return [
            "\(who): its sockets are not visible"
                + (announced.map { "; its arguments say \($0)" } ?? "")
        ]
    }

    /// The socket files whose mode lets other users connect.
    fileprivate var openFiles: [String] {
        (sockets ?? []).filter { $0.exposure == .host || $0.exposure == .group }.compactMap(
            \.socket.path
        )
        .filter { $0.hasPrefix("/") }
    }
}
