"""`nistitl open`: out of the envelope, the signature verified."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nistitl.base.errors import ITLError
from nistitl.base.files import write_atomically
from nistitl.base.text import printable
from nistitl.cli import CLEAN, FOUND
from nistitl.cli.changes import file_content
from nistitl.cli.command import STDIN, Command, add_json, print_json
from nistitl.cli.keys import add_password, certificates_in, credential_of
from nistitl.cli.outputs import check_apart
from nistitl.exchange.credentials import SealError
from nistitl.exchange.opening import opened

if TYPE_CHECKING:
    import argparse

    from nistitl.exchange.opening import Opened


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="IN", help="DER, PEM, or S/MIME as openssl writes it; - for standard input")
    parser.add_argument("-o", "--output", metavar="OUT", help="what was sealed; - for standard output")
    parser.add_argument("--trust", metavar="CA.pem", help="the certificates that the signer's must lead to")
    parser.add_argument("--cert", metavar="CERT.pem", help="the recipient's certificate, to open an envelope")
    parser.add_argument("--key", metavar="KEY.pem", help="the recipient's private key")
    parser.add_argument("--content", metavar="FILE", help="IN is a detached signature of this file")
    parser.add_argument("--unsigned", action="store_true", help="let an envelope pass in which nothing is signed")
    add_password(parser)
    add_json(parser)


def _run(options: argparse.Namespace) -> int:
    if (options.cert is None) != (options.key is None):
        raise ITLError("--cert and --key go together: the recipient's certificate and its private key")
    if options.trust is None and not options.unsigned:
        raise ITLError("--trust CA.pem names the certificates that the signer's must lead to")
    if options.output is None and options.content is None:
        raise ITLError("-o OUT names where to write what was sealed; only of --content FILE it may be left out")
    if options.output is not None:
        read = {"--cert": options.cert, "--key": options.key, "--trust": options.trust}
        check_apart(options.output, "-o OUT", {**read, "--password-file": options.password_file})
    found = _opened(options)
    if options.output is not None:
        write_atomically(sys.stdout.buffer if options.output == STDIN else options.output, [found.content])
    row = {"file": options.file, "output": options.output, "bytes": len(found.content), "signer": found.signer}
    by = f"signed by {found.signer}" if found.signer else "NOT SIGNED: anybody may have made or changed it"
    if options.output == STDIN:
        print(f"nistitl: {by}", file=sys.stderr)
    elif options.json:
        print_json(row)
    else:
        print(printable(f"{options.output or options.content}: {len(found.content)} bytes, {by}"))
    return CLEAN if found.signer else FOUND


def _opened(options: argparse.Namespace) -> Opened:
    """What is in the file; errors of it name it."""
    data, content = file_content(options.file), file_content(options.content) if options.content else None
    trust = certificates_in(options.trust) if options.trust else ()
    own = credential_of(options.cert, options.key, options) if options.cert else None
    try:
        return opened(data, trust=trust, own=own, content=content, unsigned=options.unsigned)
    except SealError as error:
        raise SealError(f"{options.file}: {error}") from None


COMMAND = Command("open what was sealed (CMS); what is not signed is refused (extra seal)", _configure, _run)
