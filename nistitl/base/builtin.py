"""What this package offers itself, by entry-point group and name; known without any installed metadata.

pyproject.toml lists the same, for the tools that read metadata; a test compares the two.
"""

from __future__ import annotations

POINTS: dict[str, dict[str, str]] = {
    "nistitl.commands": {
        "info": "nistitl.cli.info:COMMAND",
        "show": "nistitl.cli.show:COMMAND",
        "explain": "nistitl.cli.explain:COMMAND",
        "set": "nistitl.cli.set:COMMAND",
        "records": "nistitl.cli.records:COMMAND",
        "split": "nistitl.cli.split:COMMAND",
        "join": "nistitl.cli.join:COMMAND",
        "roundtrip": "nistitl.cli.roundtrip:COMMAND",
        "diff": "nistitl.cli.diff:COMMAND",
        "convert": "nistitl.cli.convert:COMMAND",
        "unpack": "nistitl.cli.unpack:COMMAND",
        "pack": "nistitl.cli.pack:COMMAND",
        "build": "nistitl.cli.build:COMMAND",
        "extract": "nistitl.cli.extract:COMMAND",
        "sheet": "nistitl.cli.sheet:COMMAND",
        "view": "nistitl.cli.view:COMMAND",
        "card": "nistitl.cli.card:COMMAND",
        "report": "nistitl.cli.report:COMMAND",
        "minutiae": "nistitl.cli.minutiae:COMMAND",
        "quality": "nistitl.cli.quality:COMMAND",
        "hash": "nistitl.cli.hash:COMMAND",
        "seal": "nistitl.cli.seal:COMMAND",
        "open": "nistitl.cli.open:COMMAND",
        "validate": "nistitl.cli.validate:COMMAND",
        "profiles": "nistitl.cli.profiles:COMMAND",
        "redact": "nistitl.cli.redact:COMMAND",
        "new": "nistitl.cli.new:COMMAND",
        "retain": "nistitl.cli.retain:COMMAND",
        "index": "nistitl.cli.index:COMMAND",
    },
    "nistitl.codecs": {
        "NONE": "nistitl.images.codecs.none:CODEC",
        "WSQ20": "nistitl.images.codecs.wsq20:CODEC",
        "JPEGB": "nistitl.images.codecs.jpegb:CODEC",
        "JPEGL": "nistitl.images.codecs.jpegl:CODEC",
        "JP2": "nistitl.images.codecs.jp2:LOSSY",
        "JP2L": "nistitl.images.codecs.jp2:LOSSLESS",
        "PNG": "nistitl.images.codecs.png:CODEC",
        "FAX": "nistitl.images.codecs.fax:CODEC",
        "BMP": "nistitl.images.codecs.foreign:BMP",
        "TIFF": "nistitl.images.codecs.foreign:TIFF",
        "GIF": "nistitl.images.codecs.foreign:GIF",
        "PNM": "nistitl.images.codecs.pnm:CODEC",
        "WEBP": "nistitl.images.codecs.foreign:WEBP",
        "IHEAD": "nistitl.images.codecs.foreign:IHEAD",
    },
    "nistitl.encodings": {
        "traditional": "nistitl.model.opening:TRADITIONAL",
        "xml": "nistitl.xml.encoding:XML",
    },
    "nistitl.renderers": {
        "text": "nistitl.pages.report_text:RENDERER",
        "json": "nistitl.pages.report_json:RENDERER",
        "html": "nistitl.pages.report_html:RENDERER",
        "junit": "nistitl.pages.report_junit:RENDERER",
    },
    "nistitl.quality": {
        "NFIQ2": "nistitl.images.nfiq2:NFIQ2",
    },
    "nistitl.rules": {
        "base": "nistitl.validation.base:BASE",
    },
}
