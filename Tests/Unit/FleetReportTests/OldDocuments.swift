import FleetFixtures

/// Documents written by gotoolprov 0.1.0, with members that it never filled in.
enum OldDocuments {
    /// The output of `report`.
    static let host = #"""
        {
          "schema": "gotoolprov.host/1",
          "generated_at": "2026-11-25T03:59:00Z",
          "agent": {"version": "0.1.0"},
          "host": {
            "id": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "name": "dev-1", "environment": "dev", "ring": "canary",
            "os": {"id": "debian", "version_id": "12", "name": "Debian GNU/Linux 12 (bookworm)"},
            "kernel": "5.15.167.4-microsoft-standard-WSL2", "arch": "amd64",
            "libc": {"kind": "glibc", "version": "2.36"}, "virt": "wsl2",
            "wsl": {"version": 2, "distro": "Debian", "interop": true}
          },
          "scope": {"user": "root", "other_homes": "partly_read"},
          "knowledge": {"vulnerability_snapshot": "2026-08-21", "stale": true},
          "debug": {
            "can_attach": "child_only", "probe": "ran", "ptrace_scope": 1, "cap_sys_ptrace": false,
            "seccomp_blocks_ptrace": false,
            "findings": [{"check": "tracing-attach", "detail": "degraded; Yama's ptrace_scope is 1", "fix": "sysctl"}]
          },
          "manifest": {
            "state": "present", "path": "/etc/gotoolprov/gotoolprov.json",
            "sha256": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
            "channel": "dev", "version": 42, "expires": "2027-01-01T00:00:00Z"
          },
          "store": {
            "root": "/home/dev/sdk", "fs": "ext4", "free_bytes": 81000000000, "used_bytes": 247000000,
            "reclaimable_bytes": 0, "free_inodes": 5000000
          },
          "toolchains": [
            {
              "tool": "go", "version": "1.25.5", "active": true, "origin": "mirror", "wanted": true,
              "remove": "gotoolprov remove go1.25.5", "path": "/home/dev/sdk/go1.25.5", "arch": "amd64",
              "installed_at": "2026-11-20T10:00:00Z",
              "archive_sha256": "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc",
              "files": 12087, "bytes": 226000000,
              "integrity": {
                "state": "modified", "mode": "full", "checked_at": "2026-11-25T03:30:00Z", "bad_files": 1,
                "missing_files": 2, "extra_files": 3
              },
              "support": {
                "state": "eol", "eol_since": "2026-08-19", "newest_patch": "1.25.14", "patch_lag": 9,
                "days_behind": 314
              },
              "vulns": {
                "snapshot": "2026-08-21", "count": 2, "stdlib": ["GO-2026-4337"], "toolchain": ["GO-2026-4338"]
              }
            },
            {
              "tool": "dlv", "version": "1.22.1", "active": true, "origin": "mirror", "wanted": false,
              "remove": "gotoolprov remove dlv@1.22.1", "path": "/home/dev/sdk/dlv1.22.1-go1.21.13", "bytes": 21000000,
              "integrity": {"state": "unverified", "mode": "none"}, "support": {"state": "unknown"},
              "compat": {"go_min": "1.20", "go_max": "1.22", "ok": false, "reason": "dlv 1.22.1 does not know go1.25"}
            },
            {
              "tool": "go", "version": "1.19.8", "active": false, "origin": "foreign", "manager": "distribution",
              "remove": "sudo apt-get remove golang-1.19-go", "user": "alice", "path": "/usr/lib/go-1.19",
              "integrity": {"state": "unverified", "mode": "none"}, "support": {"state": "eol"}
            }
          ],
          "effective": {
            "go": {"path": "/home/dev/sdk/go1.25.5/bin/go", "version": "1.25.5"},
            "dlv": {"path": "/home/dev/go/bin/dlv"}, "gotoolchain": "local", "shadowed_by": ["/usr/bin/go"]
          },
          "drift": {
            "state": "in_sync",
            "items": [
              {
                "kind": "older", "tool": "go", "version": "1.25.5", "wanted": "go@1.25",
                "detail": "go1.25.14 is asked for", "fix": "gotoolprov ensure go1.25.14"
              }
            ]
          },
          "last_run": {
            "op": "heal", "result": "partial", "started_at": "2026-11-25T03:29:00Z", "duration_ms": 2000,
            "error": "ensure: no mirror"
          },
          "repairs": {"total": 3, "last_at": "2026-11-25T03:30:00Z", "last_run": ["go1.25.5"]},
          "audit": {"seq": 118, "head": "sha256:0"}
        }
        """#

    /// The output of `fleet` for that report and three others.
    static let fleet = #"""
        {
          "schema": "gotoolprov.fleet/1",
          "generated_at": "2026-11-25T04:00:00Z",
          "generator": "gotoolprov 0.1.0",
          "inputs": {"expected": ["dev-1", "dev-2", "dev-4"], "reported": 2, "superseded": 1,
            "superseded_hosts": ["dev-2"], "unreachable": ["dev-3", "dev-4"],
            "missing": [{"name": "dev-3", "state": "unreachable",
            "reason": "no route to host"}], "stale": ["dev-2"], "stale_after_s": 7200,
            "invalid_count": 1, "invalid": [{"name": "broken.json",
            "reason": "expected a key in quotes (line 2, column 1)"}]},
          "knowledge": {"supported_lines": ["1.27", "1.26"], "vulnerability_snapshot": "2026-08-21",
            "vulnerability_age_days": 96, "stale": true,
            "vulnerability_source": "Go vulnerability database (vuln.go.dev, golang/vulndb), CC-BY 4.0",
            "newer_snapshot_in_reports": "2026-09-01"},
          "totals": {"hosts": 2, "drifted": 0, "eol": 1, "vulnerable": 1, "missing": 2, "unknown": 1,
            "eol_unknown": 1, "vulnerabilities_unknown": 1, "debug_blocked": 0, "failed": 1,
            "ahead": 0},
          "states": {"missing": 2, "stale": 1, "failed": 1, "drifted": 0, "flawed": 0, "unknown": 0,
            "ok": 0},
          "findings": {"failed": 1, "modified": 1, "missing": 0, "older": 1, "foreign": 0, "extra": 0,
            "debug-blocked": 0, "eol": 1, "vulnerable": 1, "unknown": 1, "debug": 1,
            "repaired": 1, "clock": 0, "manifest": 0, "unreported": 2, "other": 0},
          "fixes": [{"fix": "gotoolprov ensure dlv", "hosts": 1}, {"fix": "gotoolprov ensure go1.25.14",
            "hosts": 1}],
          "debug": {"yes": 0, "root_only": 1, "child_only": 1, "no": 0, "unknown": 0},
          "integrity": {"ok": 0, "modified": 1, "incomplete": 0, "unverified": 1},
          "platforms": {"arch": {"amd64": 1, "arm64": 1}, "libc": {"glibc 2.36": 1, "musl": 1},
            "os": {"alpine": 1, "debian 12": 1}, "virt": {"none": 0, "wsl1": 0, "wsl2": 1,
            "container": 1, "vm": 0, "unknown": 0}},
          "manifests": {"dev 42": 1, "none": 1},
          "rings": {"canary": 1},
          "agents": {"0.1.0": 2},
          "versions": [{"tool": "go", "version": "1.25.5", "hosts": 1, "active_on": 1,
            "support": {"state": "eol", "eol_since": "2026-08-19", "newest_patch": "1.25.14",
            "patch_lag": 9, "days_behind": 314}, "vulns": ["GO-2026-4337", "GO-2026-4338"]},
            {"tool": "go", "version": "1.19.8", "hosts": 1, "active_on": 0,
            "support": {"state": "eol", "eol_since": "2023-08-08", "newest_patch": "1.19.13",
            "patch_lag": 5, "days_behind": 1303}, "vulns": ["GO-2026-4337"]}, {"tool": "go",
            "version": "devel", "hosts": 1, "active_on": 1, "support": {"state": "unknown"},
            "vulns": null, "doubt": "not the version of a Go release"}, {"tool": "dlv",
            "version": "1.22.1", "hosts": 1, "active_on": 1, "support": {"state": "unknown"},
            "vulns": null}],
          "lines": [{"line": "1.25", "state": "eol", "eol_since": "2026-08-19", "hosts": 1},
            {"line": "1.19", "state": "eol", "eol_since": "2023-08-08", "hosts": 1}],
          "vulnerabilities": [{"id": "GO-2026-4337", "aliases": ["CVE-2025-68121"],
            "summary": "Unexpected session resumption in crypto/tls", "fixed_in": ["1.24.13",
            "1.25.7", "1.26.0-rc.3"], "hosts": 1}, {"id": "GO-2026-4338",
            "aliases": ["CVE-2025-68119", "CVE-2025-68119"],
            "summary": "Unexpected code execution when invoking toolchain in cmd/go",
            "fixed_in": ["1.25.6"], "hosts": 1}],
          "disk": {"used_bytes": 247000000, "reclaimable_bytes": 1000},
          "tamper": {"duplicate_host_id": ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"], "identity_clash": ["dev-1"],
            "audit_rollback": [], "audit_fork": [], "audit_gone": ["dev-9"]},
          "evidence": {"reports_root": "sha256:e2d051e2316c6d427de30539867c35000813d218b222d74a048386f87aaccb71",
            "previous": "sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"},
          "hosts": [{"id": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "name": "dev-1", "file": "host",
            "user": "root", "other_homes": "partly_read", "distro": "Debian", "ring": "canary",
            "environment": "dev", "state": "failed", "generated_at": "2026-11-25T03:59:00Z",
            "age_s": 60, "agent": "0.1.0", "os": "debian 12", "arch": "amd64",
            "libc": "glibc 2.36", "virt": "wsl2", "manifest": "dev 42", "drift": "in_sync",
            "can_attach": "child_only", "integrity": "modified", "failed": true, "repairs": 3,
            "go": "1.25.5", "dlv": "1.22.1", "support": "eol", "vulns": 2,
            "versions": [{"tool": "go", "version": "1.25.5", "active": true, "origin": "mirror",
            "wanted": true}, {"tool": "dlv", "version": "1.22.1", "active": true,
            "origin": "mirror"}, {"tool": "go", "version": "1.19.8", "active": false,
            "origin": "foreign", "remove": "sudo apt-get remove golang-1.19-go"}],
            "findings": [{"kind": "failed", "subject": "heal", "detail": "ensure: no mirror",
            "fix": "gotoolprov-heal"}, {"kind": "repaired", "subject": "go1.25.5",
            "detail": "was damaged, and has been put right",
            "fix": "look for what writes into the tree; what was replaced is kept in quarantine"},
            {"kind": "older", "subject": "go1.25.5", "detail": "go1.25.14 is asked for",
            "fix": "gotoolprov ensure go1.25.14"}, {"kind": "debug",
            "subject": "tracing-attach", "detail": "degraded; Yama's ptrace_scope is 1",
            "fix": "sysctl"}, {"kind": "modified", "subject": "go1.25.5", "detail": "modified",
            "fix": "gotoolprov verify --repair go1.25.5"}, {"kind": "debug",
            "subject": "dlv@1.22.1", "detail": "dlv 1.22.1 does not know go1.25",
            "fix": "gotoolprov ensure dlv"}, {"kind": "eol", "subject": "go1.25.5",
            "detail": "past its end of life since 2026-08-19",
            "fix": "replace it with go@1.27 in the manifest, then gotoolprov ensure && gotoolprov remove go1.25.5"},
            {"kind": "vulnerable", "subject": "go1.25.5",
            "detail": "44 vulnerabilities known as of 2026-08-21",
            "fix": "replace it with go@1.27 in the manifest, then gotoolprov ensure && gotoolprov remove go1.25.5"},
            {"kind": "eol", "subject": "go1.19.8",
            "detail": "past its end of life since 2023-08-08",
            "fix": "sudo apt-get remove golang-1.19-go"}, {"kind": "vulnerable",
            "subject": "go1.19.8", "detail": "98 vulnerabilities known as of 2026-08-21",
            "fix": "sudo apt-get remove golang-1.19-go"}], "used_bytes": 247000000,
            "free_bytes": 81000000000, "reclaimable_bytes": 1000, "audit_seq": 118,
            "audit_head": "sha256:0",
            "report_sha256": "2900ce5d7d37628b8cdf141e58522a59ab91b14c3c40cd41c7f28a7c076da9cc",
            "other_report_at": "1970-01-01T00:00:00Z"},
            {"id": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "name": "dev-2", "file": "web-2",
            "user": "dev", "other_homes": "not_read", "state": "stale",
            "generated_at": "2026-11-24T01:00:00Z", "age_s": 97200, "agent": "0.1.0",
            "os": "alpine", "arch": "arm64", "libc": "musl", "virt": "container",
            "manifest": "none", "drift": "unknown", "can_attach": "root_only",
            "integrity": "unverified", "failed": false, "go": "devel", "dlv": null,
            "support": "unknown", "vulns": null, "versions": [{"tool": "go", "version": "devel",
            "active": true, "origin": "foreign", "remove": "delete /go"}],
            "findings": [{"kind": "unknown", "subject": "go devel",
            "detail": "not the version of a Go release"}],
            "report_sha256": "83423f5d14e04c8e57acadde9321ca5cfe68a9623979ab3630ece60c274fbe6c"}]
        }
        """#

    /// The record of `gotoolprov-heal`.
    static let heal = #"""
        {
        "schema": "gotoolprov.heal/1",
        "started_at": "2026-11-25T03:29:00Z",
        "finished_at": "2026-11-25T03:30:00Z",
        "repairs": {"now": 1, "total": 3, "last_at": "2026-11-25T03:30:00Z"},
        "ensure": {"status": 69, "tries": 3, "error": "{ \"schemaVersion\": 1, \"error\": { \"kind\": \"unavailable\", \"message\": \"no mirror\" } }", "result": null},
        "verify": {"status": 0, "tries": 1, "error": null, "result": {
          "schemaVersion": 1,
          "quick": false,
          "repair": true,
          "results": [
            {
              "name": "go1.25.5",
              "goroot": "/home/dev/sdk/go1.25.5",
              "verdict": "clean",
              "reason": null,
              "files": 12087,
              "differences": [],
              "repaired": {
                "action": "repaired",
                "found": [{"path": "VERSION", "kind": "changed", "detail": "other contents"}],
                "quarantine": null
              }
            }
          ]
        }}
        }
        """#
}
