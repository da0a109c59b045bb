"""What `seal` and `open` share: certificates and keys from PEM files, passwords from a file or the environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError
from nistitl.cli.changes import file_content
from nistitl.exchange.credentials import certificates, credential

if TYPE_CHECKING:
    import argparse

    from cryptography.x509 import Certificate

    from nistitl.exchange.credentials import Credential

PASSWORD = "NISTITL_KEY_PASSWORD"  # the name of the variable


def add_password(parser: argparse.ArgumentParser) -> None:
    """The option --password-file; there is none that takes the password itself, which other users could see."""
    parser.add_argument(
        "--password-file", metavar="FILE", help=f"whose first line is the password of KEY; else {PASSWORD} tells it"
    )


def certificates_in(path: str) -> tuple[Certificate, ...]:
    """Every certificate of a PEM file."""
    return certificates(file_content(path), path)


def credential_of(certificate: str, key: str, options: argparse.Namespace) -> Credential:
    """The first certificate of a PEM file, and its key out of another or the same one."""
    data = file_content(certificate), file_content(key)
    return credential(*data, password=_password(options), names=(certificate, key))


def _password(options: argparse.Namespace) -> bytes | None:
    if options.password_file is not None:
        first = file_content(options.password_file).partition(b"\n")[0].removesuffix(b"\r")
        if not first:
            raise ITLError(f"{options.password_file}: its first line is empty, and should be the password of the key")
        return first
    said = os.environ.get(PASSWORD)
    return os.fsencode(said) if said else None
