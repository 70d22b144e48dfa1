"""A small transparency log with a key of its own, which proves toolchains as Go's checksum database does.

It serves tests only: anyone who knows the seed can sign in its name.
"""

import base64
import hashlib
import subprocess
import tempfile
from pathlib import Path

GO_MOD_HASH = "h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0="
# PKCS #8 of an Ed25519 key, before its 32 bytes.
PRIVATE_KEY_HEADER = bytes.fromhex("302e020100300506032b657004220420")


def record(version: str, arch: str, h1: str) -> bytes:
    """The text of the record of a Linux toolchain."""
    name = f"golang.org/toolchain v0.0.1-go{version}.linux-{arch}"
    return f"{name} {h1}\n{name}/go.mod {GO_MOD_HASH}\n".encode()


def leaf(text: bytes) -> bytes:
    return hashlib.sha256(b"\0" + text).digest()


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def split(count: int) -> int:
    """The largest power of two less than a count."""
    return 1 << (count - 1).bit_length() - 1


def root(leaves: list[bytes]) -> bytes:
    """The hash of a tree that is not empty: RFC 6962, section 2.1."""
    if len(leaves) == 1:
        return leaves[0]
    middle = split(len(leaves))
    return node(root(leaves[:middle]), root(leaves[middle:]))


def path(index: int, leaves: list[bytes]) -> list[bytes]:
    """The hashes that prove a leaf: RFC 6962, section 2.1.1."""
    if len(leaves) == 1:
        return []
    middle = split(len(leaves))
    if index < middle:
        return [*path(index, leaves[:middle]), root(leaves[middle:])]
    return [*path(index - middle, leaves[middle:]), root(leaves[:middle])]


class Signer:
    """Signs the heads of a log."""

    def __init__(self, name: str, seed: bytes):
        self.name = name
        self.private = PRIVATE_KEY_HEADER + seed
        public = self._openssl("pkey", "-inform", "DER", "-pubout", "-outform", "DER", "-in")[-32:]
        self.hash = hashlib.sha256(f"{name}\n\1".encode() + public).digest()[:4]
        # The key as in GOSUMDB.
        encoded = base64.b64encode(b"\1" + public).decode()
        self.key = f"{name}+{self.hash.hex()}+{encoded}"

    def _openssl(self, *words: str) -> bytes:
        with tempfile.NamedTemporaryFile() as key:
            key.write(self.private)
            key.flush()
            return subprocess.run(["openssl", *words, key.name], check=True, capture_output=True).stdout

    def note(self, text: str) -> bytes:
        """A text with its signature."""
        with tempfile.TemporaryDirectory() as scratch:
            message = Path(scratch, "text")
            message.write_text(text)
            signature = self._openssl(
                "pkeyutl", "-sign", "-rawin", "-in", str(message), "-keyform", "DER", "-inkey"
            )
        encoded = base64.b64encode(self.hash + signature).decode()
        return f"{text}\n— {self.name} {encoded}\n".encode()

    def head(self, leaves: list[bytes]) -> bytes:
        """The signed head of a tree."""
        size, top = len(leaves), base64.b64encode(root(leaves)).decode()
        return self.note(f"go.sum database tree\n{size}\n{top}\n")

    def proof(self, index: int, records: list[bytes]) -> bytes:
        """The C2SP tlog-proof of a record."""
        leaves = [leaf(text) for text in records]
        hashes = "".join(f"{base64.b64encode(each).decode()}\n" for each in path(index, leaves))
        return f"c2sp.org/tlog-proof@v1\nindex {index}\n{hashes}\n".encode() + self.head(leaves)
