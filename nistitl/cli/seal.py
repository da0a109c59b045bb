"""`nistitl seal`: signed and enveloped for one recipient, or with a signature in a file of its own."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError
from nistitl.base.files import write_atomically
from nistitl.base.text import printable
from nistitl.cli import CLEAN
from nistitl.cli.changes import file_content
from nistitl.cli.command import STDIN, Command, add_json, print_json
from nistitl.cli.keys import add_password, certificates_in, credential_of
from nistitl.cli.outputs import check_apart
from nistitl.exchange.credentials import told
from nistitl.exchange.sealing import sealed, signature

if TYPE_CHECKING:
    import argparse


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="IN", help="- for standard input")
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="such as OUT.p7m; - for standard output")
    parser.add_argument("--signer", required=True, metavar="CERT.pem", help="who signs, and the issuers to go with it")
    parser.add_argument("--key", required=True, metavar="KEY.pem", help="the signer's private key")
    parser.add_argument("--recipient", metavar="CERT.pem", help="who alone can open it: a certificate of RSA")
    parser.add_argument("--detached", action="store_true", help="OUT is the signature alone, such as OUT.p7s")
    parser.add_argument("--pss", action="store_true", help="an RSA key signs by RSA-PSS")
    add_password(parser)
    add_json(parser)


def _run(options: argparse.Namespace) -> int:
    if options.detached == (options.recipient is not None):
        raise ITLError("either --recipient CERT.pem, for whom it is sealed, or --detached, a signature beside the file")
    read = {"--signer": options.signer, "--key": options.key, "--recipient": options.recipient}
    check_apart(options.output, "-o OUT", {**read, "--password-file": options.password_file})
    signer = credential_of(options.signer, options.key, options)
    row = {"file": options.file, "output": options.output, "signer": told(signer.certificate)}
    if options.detached:
        data = signature(file_content(options.file), signer, pss=options.pss)
        said = f"signature by {row['signer']}"
    else:
        recipient = certificates_in(options.recipient)[0]
        data = sealed(file_content(options.file), signer, recipient, pss=options.pss)
        row["recipient"] = told(recipient)
        said = f"signed by {row['signer']}, for {row['recipient']}"
    write_atomically(sys.stdout.buffer if options.output == STDIN else options.output, [data])
    if options.output != STDIN:
        print_json(row) if options.json else print(printable(f"{options.output}: {said}"))
    return CLEAN


COMMAND = Command("sign and envelope a file for one recipient (CMS), or sign it beside (extra seal)", _configure, _run)
