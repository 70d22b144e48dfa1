# Apache License 2.0
"""Documentation of the action `place`, which runs on the controller: ../action/place.py."""

DOCUMENTATION = r"""
module: place
short_description: Copy a file to a host without Python
version_added: 0.1.0
author: the gotoolprov authors
description:
  - Copies a file of the controller, or a text, to a host atomically, by one rename.
  - Runs on the controller; the host needs C(sh), C(sha256sum), C(stat) and C(mv), of coreutils or busybox.
  - A file that is unchanged is not sent.
options:
  src:
    description:
      - A file of the controller. A relative path is searched in the role and beside the playbook, as
        everywhere in Ansible, then beside the inventory, then in the working directory of the controller.
    type: path
  content:
    description: The contents of the file, instead of O(src).
    type: str
  dest:
    description: The file's absolute path on the host; its parent directories are created.
    type: path
    required: true
  mode:
    description: The file's mode, in octal, as a string.
    type: str
    default: "0644"
  state:
    description: Whether the file exists.
    type: str
    choices: [present, absent]
    default: present
  validate:
    description:
      - A command that must succeed on the new file before it replaces the old one. C(%s) stands for its path.
      - If it fails, the old file stays and the task fails.
    type: str
attributes:
  check_mode:
    support: full
    description: Nothing is sent.
  diff_mode:
    support: partial
    description: For text files smaller than 64 kB.
"""

EXAMPLES = r"""
- name: The agent
  gotoolprov.core.place:
    src: .build-static/gotoolprov
    dest: /usr/local/bin/gotoolprov
    mode: "0755"
    validate: "%s --version | grep -q '^gotoolprov '"
"""

RETURN = r"""
dest:
  description: The file.
  returned: always
  type: str
was:
  description: V(absent), or the digest of the previous file.
  returned: always
  type: str
"""
