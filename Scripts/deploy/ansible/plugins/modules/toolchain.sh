#!/bin/sh
# WANT_JSON: passes Ansible's arguments to the gotoolprov of this host, and returns its answer.
#
# Whatever happens, stdout gets one JSON object and the exit status is 0, or 1 with "failed": true.
# Needs a POSIX shell and no Python. docs: toolchain.yml beside this file.
LC_ALL=C
export LC_ALL

# A text as the inside of a JSON string: bounded, on one line, printable ASCII.
quoted() { printf '%s' "$1" | tr -c '\040-\176' ' ' | cut -c 1-600 | sed 's/[\\"]/\\&/g'; }
failed() {
    printf '{"schema": "gotoolprov.ansible/2", "changed": %s, "failed": true, "msg": "%s"}\n' "${2:-false}" "$(quoted "$1")"
    exit 1
}

[ -r "${1:-}" ] || failed "the module got no arguments file"

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

# Ansible's terminal mixes stderr into stdout, so it goes to a file; beside the arguments, since
# Ansible deletes that directory. mktemp never opens a file or a link that somebody left there. With no
# room left for it, stderr goes nowhere.
errors=$(mktemp "$(dirname "$1")/gotoolprov.stderr.XXXXXX" 2>/dev/null) || errors=/dev/null
answer=$("$program" ansible "$1" 2>"$errors" </dev/null)
status=$?
told=
[ "$errors" = /dev/null ] || {
    told=$(head -c 600 "$errors")
    rm -f "$errors"
}
case $status,$answer in
0,'{'*'}' | 1,'{'*'}')
    printf '%s\n' "$answer"
    exit "$status"
    ;;
esac

if [ "$status" -gt 128 ] && [ "$status" -lt 160 ]; then
    # The changes made so far are unknown: report that rather than none.
    failed "$program was killed by signal $((status - 128)) and gave no answer; run it again. $told" true
elif [ "$status" -eq 64 ]; then
    failed "$program does not support \`ansible\`: it is older than this collection. $told"
elif [ "$status" -eq 126 ] || [ "$status" -eq 127 ]; then
    failed "$program cannot be run on this host (exit status $status): another architecture, noexec, or damaged. $told"
fi
failed "$program gave an invalid answer (exit status $status). $told $answer" true
