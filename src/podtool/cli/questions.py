"""What `init` asks: on a terminal one after the other, elsewhere it names the options that are missing."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import typer

from podtool.errors import UsageError

Known = Mapping[str, str]
_TWO_LETTERS = re.compile(r"[a-z]{2}\Z")


def _usual_language(_: Known) -> str:
    """What the system speaks; only offered, never taken without asking."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    tag = spoken.partition(".")[0].partition("_")[0]
    return tag if _TWO_LETTERS.match(tag) else "en"


def _handle_of(known: Known) -> str:
    from podtool.show.scalars import slugify

    return slugify(known.get("title", ""), 40)


def _feed_of(known: Known) -> str:
    return known["base_url"].rstrip("/") + "/feed.xml" if known.get("base_url") else ""


def _base_of(known: Known) -> str:
    return known["feed"].rpartition("/")[0] if known.get("feed") else ""


def _usual(key: str) -> Callable[[Known], str]:
    """What a new show has unless told otherwise."""

    def offer(_: Known) -> str:
        from podtool.show.scaffold import NewShow

        return str(getattr(NewShow, key))

    return offer


@dataclass(frozen=True, kw_only=True)
class Question:
    """One thing `init` must know.

    Attributes:
        key: its name in `InitAnswers`.
        ask: the words on a terminal.
        offer: the default, from what is known so far; empty for none.
        required: it is named when it is missing; the others follow from those that are.
    """

    key: str
    ask: str
    offer: Callable[[Known], str] = lambda _: ""
    required: bool = False

    @property
    def flag(self) -> str:
        """The option that answers it."""
        return "--" + self.key.replace("_", "-")


QUESTIONS = (
    Question(key="language", ask="Language (fr, en-GB, ...)", offer=_usual_language, required=True),
    Question(key="title", ask="Title of the show", required=True),
    Question(key="author", ask="Who makes it", offer=lambda known: known.get("title", "")),
    Question(key="email", ask="E-mail address of its owner", required=True),
    Question(key="base_url", ask="Web address it will be published under", offer=_base_of, required=True),
    Question(key="feed", ask="Address of its feed", offer=_feed_of),
    Question(key="category", ask="Apple category", offer=_usual("category")),
    Question(key="licence", ask="Licence of the episodes (SPDX id)", offer=_usual("licence")),
    Question(key="handle", ask="What file names begin with", offer=_handle_of),
)


def ask_for_missing(given: Mapping[str, str | None], *, may_ask: bool) -> dict[str, str]:
    """All answers: those given, then those asked for on a terminal or derived from the others.

    Raises:
        UsageError: off a terminal (or where `may_ask` is false), options are missing; it names all of them.
    """
    known = {key: value for key, value in given.items() if value}
    if may_ask and sys.stdin.isatty() and sys.stderr.isatty():
        for question in QUESTIONS:
            if question.key not in known:
                known[question.key] = _ask(question, question.offer(known))
        return known
    known.setdefault("base_url", _base_of(known))
    missing = [question for question in QUESTIONS if question.required and not known.get(question.key)]
    if not missing:
        known = {question.key: known.get(question.key) or question.offer(known) for question in QUESTIONS}
        missing = [question for question in QUESTIONS if not known[question.key]]
    if missing:
        raise UsageError(
            f"missing {', '.join(question.flag for question in missing)}",
            hint="give them as options, or start `podtool init` on a terminal",
        )
    return known


def _ask(question: Question, offered: str) -> str:
    try:
        answer = typer.prompt(
            question.ask,
            default=offered or None,
            err=True,
            value_proc=lambda text: _accepted(question.key, text.strip()),
        )
    except typer.Abort:
        typer.echo(err=True)  # the cursor still stands behind the question
        raise
    return str(answer)


def _accepted(key: str, text: str) -> str:
    """`text`, if show.yaml takes it for `key`.

    Raises:
        BadParameter: it doesn't; Typer tells why and asks again.
    """
    from podtool.show.addresses import parse_url
    from podtool.show.categories import is_apple_category, suggest_category
    from podtool.show.scalars import (
        parse_category,
        parse_email,
        parse_handle,
        parse_language,
        parse_licence,
        parse_line,
    )

    parsers: dict[str, Callable[[str], object]] = {
        "language": parse_language,
        "email": parse_email,
        "base_url": parse_url,
        "feed": parse_url,
        "category": parse_category,
        "licence": parse_licence,
        "handle": parse_handle,
    }
    try:
        parsers.get(key, parse_line)(text)
    except ValueError as error:
        hint = getattr(error, "hint", "")
        raise typer.BadParameter(f"{error}. {hint}".strip()) from error
    if key == "category" and not is_apple_category(category := parse_category(text)):
        near = suggest_category(category)
        named = " > ".join(part for part in (near.name, near.sub) if part) if near else ""
        words = f" Did you mean `{named}`?" if named else ""
        raise typer.BadParameter(f"{text} is not one of Apple's categories.{words}")
    return text
