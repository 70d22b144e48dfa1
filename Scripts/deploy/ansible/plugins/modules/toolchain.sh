#!/bin/sh
# WANT_JSON: passes Ansible's arguments to the gotoolprov of this host, and returns its result.
#
# Always prints one JSON object on stdout, with exit status 0, or 1 with "failed": true.
# Requires a POSIX shell, but not Python. docs: toolchain.yml next to this file.
LC_ALL=C
export LC_ALL

# Escapes a text for a JSON string: limited length, one line, printable ASCII.
quoted() { printf '%s' "$1" | tr -c '\040-\176' ' ' | cut -c 1-600 | sed 's/[\\"]/\\&/g'; }
failed() {
    printf '{"schema": "gotoolprov.ansible/2", "changed": %s, "failed": true, "msg": "%s"}\n' "${2:-false}" "$(quoted "$1")"
    exit 1
}

[ -r "${1:-}" ] || failed "the arguments file cannot be read"

tried=
program=
for candidate in "${GOTOOLPROV_BINARY:-}" /usr/local/bin/gotoolprov /opt/gotoolprov/bin/gotoolprov \
    "${HOME:-/nonexistent}/.local/bin/gotoolprov" "$(command -v gotoolprov 2>/dev/null)"; do
    [ -n "$candidate" ] || continue
    if [ -f "$candidate" ] && [ -x "$candidate" ]; then
        program=$candidate
        break
    fi
    tried="$tried $candidate"
    # A named executable is the only one.
    [ "$candidate" != "${GOTOOLPROV_BINARY:-}" ] || break
done
[ -n "$program" ] || failed "gotoolprov is not installed on this host; searched:$tried. Install it with the role gotoolprov.core.agent"

# Ansible's terminal mixes stderr into stdout, so stderr goes to a file; next to the arguments, because
# Ansible deletes that directory. mktemp never opens an existing file or link. If the disk is full,
# stderr is discarded.
errors=$(mktemp "$(dirname "$1")/gotoolprov.stderr.XXXXXX" 2>/dev/null) || errors=/dev/null
result=$("$program" ansible "$1" 2>"$errors" </dev/null)
status=$?
output=
[ "$errors" = /dev/null ] || {
    output=$(head -c 600 "$errors")
    rm -f "$errors"
}
case $status,$result in
0,'{'*'}' | 1,'{'*'}')
    printf '%s\n' "$result"
    exit "$status"
    ;;
esac

if [ "$status" -gt 128 ] && [ "$status" -lt 160 ]; then
    # The changes made so far are unknown: report that rather than none.
    failed "$program was killed by signal $((status - 128)) and returned no result; run it again. $output" true
elif [ "$status" -eq 64 ]; then
    failed "$program does not support \`ansible\`: it is older than this collection. $output"
elif [ "$status" -eq 126 ] || [ "$status" -eq 127 ]; then
    failed "$program cannot be run on this host (exit status $status): another architecture, noexec, or damaged. $output"
fi
failed "$program returned an invalid result (exit status $status). $output $result" true
