"""Sounds, of which a record may hold any: WAV and MP3, without what they tell beside what is heard.

RIFF 1991; ISO/IEC 11172-3, 2.4.1.3 and ISO/IEC 13818-3; ID3 2.4.0.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from nistitl.images.cleaners.kept import BEHIND, Kept
from nistitl.images.errors import ImageError
from nistitl.images.sides import OTHER, TEXT

if TYPE_CHECKING:
    from nistitl.wire.fields import Raw

_RIFF, _WAVE, _FORMAT, _DATA = b"RIFF", b"WAVE", b"fmt ", b"data"
_PCM, _PCM_LENGTH = 1, 16
_COUNT, _COUNT_LENGTH = b"fact", 4
_FOLLOWING = {_FORMAT: (_COUNT, _DATA), _COUNT: (_DATA,), _DATA: ()}  # what may come behind a chunk
_LISTS = (b"LIST", b"bext", b"iXML", b"id3 ", b"ID3 ", b"_PMX")
_TAGS = "tags"


def is_wave(start: bytes) -> bool:
    """True for the first bytes of a WAV."""
    return start[:4] == _RIFF and start[8:12] == _WAVE


def clean_wave(data: memoryview, kept: Kept) -> None:
    """The format, the number of samples where they are compressed, and the samples, in this order."""
    (size,) = struct.unpack_from("<I", data, 4)
    stop, at, inner = min(8 + size, len(data)), 12, Kept()
    awaited: tuple[bytes, ...] = (_FORMAT,)
    while at + 8 <= stop:
        name, length = struct.unpack_from("<4sI", data, at)
        content = data[at + 8 : min(at + 8 + length, stop)]
        at += 8 + length + length % 2
        if name not in awaited:
            inner.drop(_TAGS if name in _LISTS else OTHER)
            continue
        if len(content) < length:
            raise ImageError("WAV: the file ends before the sound does")
        _keep(name, inner.within(content, _length(name, content), OTHER), inner)
        awaited = _FOLLOWING[name if name != _FORMAT or content[:2] != _PCM.to_bytes(2, "little") else _COUNT]
    if awaited:
        raise ImageError("WAV: there is no sound, or no format of it")
    kept.wrap(inner, lambda held: struct.pack("<4sI4s", _RIFF, len(held) + 4, _WAVE) + held)
    kept.drop(BEHIND, data[stop:])


def _length(name: bytes, content: memoryview) -> int:
    """How long a chunk may be: of a format as it says itself."""
    if name != _FORMAT:
        return _COUNT_LENGTH if name == _COUNT else len(content)
    (kind,) = struct.unpack_from("<H", content)
    if kind == _PCM or len(content) < _PCM_LENGTH + 2:
        return _PCM_LENGTH
    return _PCM_LENGTH + 2 + int.from_bytes(content[_PCM_LENGTH : _PCM_LENGTH + 2], "little")


def _keep(name: bytes, content: Raw, kept: Kept) -> None:
    kept.keep(struct.pack("<4sI", name, len(content)), content, bytes(len(content) % 2))


# -- MP3 ------------------------------------------------------------------------------------------

_ID3, _ID3_HEADER, _FOOTER = b"ID3", 10, 0x10
_RATES = {  # kilobits a second of layer 3, by version (3: MPEG-1)
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_HERTZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_INFORMATION = (b"Xing", b"Info", b"VBRI")  # in the first frame: of the encoder


def is_mp3(start: bytes) -> bool:
    """True for the first bytes of an MP3: a tag, or a frame."""
    return start[:3] == _ID3 or _frame_length(start[:4]) > 0


def clean_mp3(data: memoryview, kept: Kept) -> None:
    """The frames; tags before and behind them go, as does the frame that tells of the encoder."""
    at = _behind_tag(data, kept)
    frames = 0
    while (length := _frame_length(bytes(data[at : at + 4]))) and at + length <= len(data):
        frame = data[at : at + length]
        if not frames and any(word in bytes(frame[:64]) for word in _INFORMATION):
            kept.drop(TEXT)
        else:
            kept.keep(frame)
        frames, at = frames + 1, at + length
    if frames < 2:
        raise ImageError("MP3: there are no frames")
    kept.drop(BEHIND, data[at:])


def _behind_tag(data: memoryview, kept: Kept) -> int:
    """Where the tags at the beginning end. ID3 2.4.0, 3.1."""
    at = 0
    while bytes(data[at : at + 3]) == _ID3 and at + _ID3_HEADER <= len(data):
        kept.drop(_TAGS)
        size = sum((byte & 0x7F) << shift for byte, shift in zip(data[at + 6 : at + 10], (21, 14, 7, 0), strict=True))
        at += _ID3_HEADER + size + (_ID3_HEADER if data[at + 5] & _FOOTER else 0)
    return at


def _frame_length(header: bytes) -> int:
    """The length of the frame of layer 3 with that header; 0 where it is none. ISO/IEC 11172-3, 2.4.2.3."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version, rate, hertz = header[1] >> 3 & 3, header[2] >> 4, header[2] >> 2 & 3
    if version not in _HERTZ or not 0 < rate < 15 or hertz > 2:
        return 0
    samples = 144 if version == 3 else 72
    return samples * 1000 * _RATES[min(max(version, 2), 3)][rate] // _HERTZ[version][hertz] + (header[2] >> 1 & 1)
