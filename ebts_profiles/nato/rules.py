"""Rules of STANAG 4715 that no table row can say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nistitl.validation import Problem, RecordView, ValidationContext, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

_PING = "NPS"
_LATENT_NUMBER, _NAME = 101, 200
_OF_A_PERSON = (10, 11, 14, 15, 17, 18)


def _text(context: ValidationContext) -> RecordView | None:
    """The Type-2 of a ping."""
    return next(context.of(2), None) if context.tot == _PING else None


def _latent(context: ValidationContext, text: RecordView) -> tuple[bool, bool]:
    """Whether a latent is there, and whether its case is."""
    return any(True for _ in context.of(13)), text.present(_LATENT_NUMBER)


@rule("nato-latent-pair", code="fields-together", firm=True, clause="STANAG 4715 ed. 2; NPS, 2.101")
def latent_pair(context: ValidationContext) -> Iterator[Problem]:
    """A latent and the number of its case stand together."""
    text = _text(context)
    if text is None:
        return
    image, case = _latent(context, text)
    if image and not case:
        yield Problem("LCN is missing although a Type-13 is there", _LATENT_NUMBER, expected="LCN", record=text.index)
    if case and not image:
        yield Problem("LCN is there without a Type-13", _LATENT_NUMBER, expected="a Type-13", record=text.index)


@rule("nato-latent-alone", firm=True, clause="STANAG 4715 ed. 2; NPS")
def latent_alone(context: ValidationContext) -> Iterator[Problem]:
    """With a latent no records of a person stand."""
    text = _text(context)
    if text is not None and any(_latent(context, text)):
        for view in context.of(*_OF_A_PERSON):
            message = f"a Type-{view.record.type} stands beside a latent"
            yield Problem(message, expected="a latent, or the records of a person", record=view.index)


@rule("nato-ping-name", code="field-required", firm=True, clause="STANAG 4715 ed. 2; NPS, 2.200")
def ping_name(context: ValidationContext) -> Iterator[Problem]:
    """Without a latent the name of the person stands."""
    text = _text(context)
    if text is not None and not any(_latent(context, text)) and not text.present(_NAME):
        yield Problem("SUBJ_NAME is missing", _NAME, expected="SUBJ_NAME", record=text.index)


RULES = (latent_pair, latent_alone, ping_name)
