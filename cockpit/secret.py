"""Keys made on this machine, one file each, readable by its owner alone."""

import os
import secrets
from pathlib import Path


def secret_key(folder: Path, name: str) -> bytes:
    """Return the 32-byte key of a name, made at its first use.

    Two processes asking at once get the same key: files are linked into place whole, the first stays.
    """
    path = folder / name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
