# Apache License 2.0
"""Copies a file to a host without Python: docs in ../modules/place.py."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import tempfile

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.plugins.action import ActionBase

# Texts up to this size are shown in a diff, in bytes.
LARGEST_DIFF = 64 << 10
NAMES = {"src", "content", "dest", "mode", "state", "validate"}


class ActionModule(ActionBase):
    TRANSFERS_FILES = True
    _supports_check_mode = True
    _supports_diff = True

    def run(self, tmp=None, task_vars=None):
        super().run(tmp, task_vars)
        arguments = self._task.args
        dest, mode, wanted = self._checked(arguments, task_vars or {})
        was, old_mode = self._look(dest)
        result = {"changed": False, "dest": dest, "was": was}
        if arguments.get("state", "present") == "absent":
            if was == "absent":
                return result
            result["changed"] = True
            self._show_diff(result, dest, was, b"")
            if not self._task.check_mode:
                self._command(f"rm -f {shlex.quote(dest)}", "cannot remove the file")
            return result
        digest = hashlib.sha256(wanted).hexdigest()
        if was == digest and old_mode == int(mode, 8):
            return result
        result["changed"] = True
        self._show_diff(result, dest, was, wanted)
        if not self._task.check_mode:
            self._put(wanted, digest, dest, mode, is_same=was == digest)
        return result

    def _checked(self, arguments, task_vars):
        """The destination, the mode and the contents from valid arguments."""
        unknown = sorted(set(arguments) - NAMES)
        if unknown:
            raise AnsibleActionFail(
                f"unknown parameter `{unknown[0]}`; the parameters are {', '.join(sorted(NAMES))}"
            )
        dest = arguments.get("dest")
        if not isinstance(dest, str) or not dest.startswith("/") or dest.endswith("/"):
            raise AnsibleActionFail("`dest`: expected the absolute path of a file")
        mode = arguments.get("mode", "0644")
        if not isinstance(mode, str) or not re.fullmatch(r"0?[0-7]{3}", mode):
            raise AnsibleActionFail("`mode`: expected octal digits in quotes, such as '0644'")
        validate = arguments.get("validate")
        if validate is not None and (not isinstance(validate, str) or "%s" not in validate):
            raise AnsibleActionFail("`validate`: expected a command with %s for the new file")
        state = arguments.get("state", "present")
        if state not in ("present", "absent"):
            raise AnsibleActionFail("`state`: expected present or absent")
        if state == "absent":
            return dest, mode, b""
        if ("src" in arguments) == ("content" in arguments):
            raise AnsibleActionFail("expected one of `src` and `content`")
        if "content" in arguments:
            if not isinstance(arguments["content"], str):
                raise AnsibleActionFail("`content`: expected a string")
            return dest, mode, arguments["content"].encode()
        if not isinstance(arguments["src"], str) or not arguments["src"]:
            raise AnsibleActionFail("`src`: expected the path of a file on the controller")
        source = self._found(arguments["src"], task_vars)
        try:
            with open(source, "rb") as file:
                return dest, mode, file.read()
        except OSError as error:
            raise AnsibleActionFail(f"`src`: {error}") from error

    def _found(self, src, task_vars):
        """The path of a file on the controller.

        Ansible searches in the role and next to the playbook, and both of these belong to this collection
        where its own playbooks run. Variables live beside the inventory, so paths in them do too.
        """
        directories = [directory for directory in (task_vars.get("inventory_dir"), os.getcwd()) if directory]
        try:
            return self._find_needle("files", src)
        except AnsibleError as error:
            for directory in directories:
                if os.path.isfile(path := os.path.join(directory, os.path.expanduser(src))):
                    return path
            raise AnsibleActionFail(
                f"`src`: cannot find `{src}` on the controller; relative paths are searched in the role,"
                f" beside the playbook, and in {' and '.join(dict.fromkeys(directories))}"
            ) from error

    def _look(self, dest):
        """The current file: its digest or `absent`, and its mode."""
        path = shlex.quote(dest)
        output = self._command(
            f"if [ -f {path} ] && [ ! -L {path} ]; then"
            f' echo "found $(sha256sum <{path} | cut -c 1-64) $(stat -c %a {path})";'
            f" elif [ -e {path} ] || [ -L {path} ]; then echo other; else echo absent; fi",
            "cannot inspect the file",
        )
        found = re.search(r"found ([0-9a-f]{64}) ([0-7]+)", output)
        if found:
            return found[1], int(found[2], 8)
        if "other" in output:
            raise AnsibleActionFail(f"{dest} exists and is not a file")
        if "absent" not in output:
            raise AnsibleActionFail(f"cannot determine what {dest} is: {output.strip()[:200]}")
        return "absent", None

    def _put(self, wanted, digest, dest, mode, is_same):
        path = shlex.quote(dest)
        validate = self._task.args.get("validate")
        if is_same:
            self._command(f"chmod {mode} {path}", "cannot set the mode")
            return
        check = "true"
        if validate:
            command = validate.replace("%s", '"$new"')
            check = f"{{ {command}; }} </dev/null || {{ echo invalid; false; }}"
        with tempfile.NamedTemporaryFile(prefix="gotoolprov-place-") as local:
            local.write(wanted)
            local.flush()
            directory = self._make_tmp_path()
            remote = self._connection._shell.join_path(directory, "source")
            try:
                self._transfer_file(local.name, remote)
                self._fixup_perms2((directory, remote))
                # mktemp creates a new file and follows no link of another user. The digest is
                # compared again on the host: a full disk may truncate a file without an error.
                result = self._low_level_execute_command(
                    f"mkdir -p {shlex.quote(os.path.dirname(dest))}"
                    f" && new=$(mktemp {shlex.quote(dest)}.XXXXXX) || exit 1;"
                    f' if cat {shlex.quote(remote)} >"$new"'
                    f' && [ "$(sha256sum <"$new" | cut -c 1-64)" = {digest} ]'
                    f' && chmod {mode} "$new" && {{ {check}; }} && mv -f "$new" {path}; then exit 0; fi;'
                    f' rm -f "$new"; exit 1'
                )
            finally:
                self._remove_tmp_path(directory)
        if result["rc"] != 0:
            output = f"{result['stderr']} {result['stdout']}"
            what = f"cannot write {dest}"
            if validate and "invalid" in result["stdout"].split():
                what = f"{dest} is unchanged: the new file fails `{validate.replace('%s', dest)}`"
            raise AnsibleActionFail(f"{what}: {' '.join(output.split())[:300]}")

    def _show_diff(self, result, dest, was, wanted):
        if not self._task.diff:
            return
        diff = {"before_header": dest, "after_header": dest}
        if len(wanted) > LARGEST_DIFF or b"\0" in wanted:
            result["diff"] = diff | {
                "before": f"sha256 {was}\n",
                "after": f"sha256 {hashlib.sha256(wanted).hexdigest()}\n",
            }
            return
        before = ""
        if was != "absent":
            before = self._command(f"head -c {LARGEST_DIFF} {shlex.quote(dest)}", "cannot read the file")
        result["diff"] = diff | {"before": before.replace("\r\n", "\n"), "after": wanted.decode()}

    def _command(self, command, trouble):
        """Runs a shell command on the host and fails if the command does."""
        result = self._low_level_execute_command(command)
        if result["rc"] != 0:
            reason = " ".join((result["stderr"] + " " + result["stdout"]).split())
            raise AnsibleActionFail(f"{trouble}: {reason[:300]}")
        return result["stdout"]
