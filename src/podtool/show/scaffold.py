"""The text of a new show.yaml and episode.yaml: commented in the show's language, and valid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from podtool.errors import UsageError
from podtool.show.episode_keys import build_episode
from podtool.show.fields import Reading, Scope
from podtool.show.findings import Findings
from podtool.show.identity import podcast_guid
from podtool.show.show_keys import build_show
from podtool.show.yaml_compose import mapping_in
from podtool.show.yaml_nodes import MappingNode
from podtool.show.yaml_writing import plain_or_quoted, quoted

_SHOW: Mapping[str, str] = {
    "fr": """\
# L'émission : ce qui vaut pour tous les épisodes.

title: {title}
description: {description}
language: {language}
author: {author}
link: {link}

# Les noms de fichiers commencent par « handle » : {handle}-01.mp3
handle: {handle}
feed: {feed}
# Tiré une fois pour toutes de l'adresse du flux. Il ne change plus jamais, même si le flux déménage.
guid: {guid}
owner:
  name: {author}
  email: {email}

# Les catégories d'Apple, telles quelles, en anglais ; « > » mène à une sous-catégorie.
categories:
  - {category}
explicit: false
type: episodic
# Interdit aux autres plateformes d'importer le flux à notre place.
locked: true

# La licence des épisodes, par son identifiant SPDX. Ce qu'ils empruntent garde la sienne : voir « assets ».
licence: {licence}

{cover}
# Les personnes que l'on entend ; les épisodes les nomment par leur identifiant.
people:
  # camille: {{name: Camille, role: host}}

# Toutes les œuvres que l'on entend, avec leur auteur, leur source et leur licence.
assets:
  # musique:
  #   file: music/musique.flac
  #   title: Le titre
  #   creator: Qui l'a faite
  #   source: https://example.org/la-page-de-la-musique
  #   licence: CC-BY-4.0

# Un MP3 à -16 LUFS suffit d'ordinaire ; il y a aussi mono, opus, radio, video et archive.
profiles: [podcast]

publish:
  target: public/
  base_url: {base_url}
""",
    "en": """\
# The show: what holds for all its episodes.

title: {title}
description: {description}
language: {language}
author: {author}
link: {link}

# File names start with it: {handle}-01.mp3
handle: {handle}
feed: {feed}
# Made once from the feed's address. It never changes, even if the feed moves.
guid: {guid}
owner:
  name: {author}
  email: {email}

# Apple's categories, to the letter; ">" leads to a subcategory.
categories:
  - {category}
explicit: false
type: episodic
# Forbids other platforms to import the feed.
locked: true

# The episodes' licence, by its SPDX id. What they borrow keeps its own: see "assets".
licence: {licence}

{cover}
# The people who are heard; episodes name them by their id.
people:
  # camille: {{name: Camille, role: host}}

# Every work that is heard, with its creator, source and licence.
assets:
  # music:
  #   file: music/music.flac
  #   title: Its title
  #   creator: Who made it
  #   source: https://example.org/the-page-of-the-music
  #   licence: CC-BY-4.0

# One MP3 at -16 LUFS is enough for most; there are mono, opus, radio, video and archive, too.
profiles: [podcast]

publish:
  target: public/
  base_url: {base_url}
""",
}
_COVER: Mapping[str, tuple[str, str]] = {
    "fr": (
        "# La couverture : carrée, de 1400 à 3000 pixels, JPEG ou PNG.",
        "La couverture de l'émission « {title} ».",
    ),
    "en": ("# The cover: square, 1400 to 3000 pixels, JPEG or PNG.", 'The cover of the show "{title}".'),
}
_DESCRIPTION: Mapping[str, str] = {"fr": "{title}, l'émission.", "en": "{title}, the show."}

_EPISODE: Mapping[str, str] = {
    "fr": """\
# L'épisode : ses titres, ses gens, et sa ligne de temps.

{number}title: {title}
# recorded: 2023-09-22
# Sans « published », la première publication fixe la date. Une date à venir fait attendre l'épisode.
# published: 2023-09-29T06:00:00+02:00

# Du Markdown. « description: description.md » peut nommer un fichier.
# description: |
#   De quoi parle cet épisode.

# Des identifiants de « people », dans show.yaml, ou {{name: …, organisation: …}}.
guests: []
people: []
credits:
  # - {{role: director, name: Qui l'a réalisé}}

# La ligne de temps, dans l'ordre. Chaque segment qui a un titre ouvre un chapitre.
# « podtool ingest --segments FICHIER… » y ajoute des enregistrements.
segments:
  # - sting: musique
  #   title: Introduction
  #   end: 15s
  # - clip: recordings/edito.wav
  #   title: Édito
  #   crossfade: 1.5s
  #   bed: {{asset: musique, gain: -10 dB, duck: 9 dB, fade_out: 2s}}
""",
    "en": """\
# The episode: its titles, its people and its timeline.

{number}title: {title}
# recorded: 2023-09-22
# Without "published" the first publication sets the date. A date to come makes the episode wait.
# published: 2023-09-29T06:00:00+02:00

# Markdown. "description: description.md" may name a file.
# description: |
#   What this episode is about.

# Ids of "people" in show.yaml, or {{name: …, organisation: …}}.
guests: []
people: []
credits:
  # - {{role: director, name: Who directed it}}

# The timeline, in order. Every segment with a title opens a chapter.
# "podtool ingest --segments FILE…" adds recordings to it.
segments:
  # - sting: music
  #   title: Introduction
  #   end: 15s
  # - clip: recordings/editorial.wav
  #   title: Editorial
  #   crossfade: 1.5s
  #   bed: {{asset: music, gain: -10 dB, duck: 9 dB, fade_out: 2s}}
""",
}


@dataclass(frozen=True, kw_only=True)
class NewShow:
    """What must be known for a show to begin.

    Attributes:
        title: the show's name.
        language: BCP 47; the comments are French for ``fr``, else English.
        handle: what file names start with.
        base_url: the public address that the target is served at.
        author: who makes the show; answers for the feed, too.
        email: stands in the feed.
        feed: the feed's address; ``feed.xml`` under `base_url` when left out.
        licence: SPDX id.
        category: Apple's, ``Name`` or ``Name > Subcategory``.
        description: Markdown; one plain sentence when left out.
        cover: a file in the show's folder; commented out when left out.
    """

    title: str
    language: str
    handle: str
    base_url: str
    author: str
    email: str
    feed: str | None = None
    licence: str = "CC-BY-SA-4.0"
    category: str = "Society & Culture"
    description: str | None = None
    cover: str | None = None


def show_template(show: NewShow) -> str:
    """The text of a new show.yaml, with its podcast:guid made.

    Raises:
        UsageError: a value isn't what its key expects.
    """
    words = _language_of(show.language)
    site = show.base_url.strip().rstrip("/")
    feed = show.feed or f"{site}/feed.xml"
    return _checked(
        lambda: _SHOW[words].format(
            title=plain_or_quoted(show.title),
            description=quoted(show.description or _DESCRIPTION[words].format(title=show.title)),
            language=plain_or_quoted(show.language),
            author=plain_or_quoted(show.author),
            link=plain_or_quoted(f"{site}/"),
            handle=plain_or_quoted(show.handle),
            feed=plain_or_quoted(feed),
            guid=podcast_guid(feed),
            email=plain_or_quoted(show.email),
            category=plain_or_quoted(show.category),
            licence=plain_or_quoted(show.licence),
            cover=_cover(words, show.title, show.cover),
            base_url=plain_or_quoted(site),
        ),
        build_show,
    )


def episode_template(*, title: str, language: str, number: int | None = None) -> str:
    """The text of a new episode.yaml, without segments.

    Raises:
        UsageError: a value isn't what its key expects.
    """
    return _checked(
        lambda: _EPISODE[_language_of(language)].format(
            number="" if number is None else f"number: {number}\n", title=plain_or_quoted(title)
        ),
        build_episode,
    )


def _language_of(tag: str) -> str:
    return "fr" if tag.lower().split("-")[0] == "fr" else "en"


def _cover(words: str, title: str, cover: str | None) -> str:
    comment, alt = _COVER[words]
    lines = [
        "cover:",
        f"  file: {plain_or_quoted(cover or 'cover.png')}",
        f"  alt: {quoted(alt.format(title=title))}",
    ]
    return "\n".join([comment, *(lines if cover else (f"# {line}" for line in lines)), ""])


def _checked(write: Callable[[], str], build: Callable[[MappingNode, Scope], object]) -> str:
    """The text that `write` gives, once the readers have found nothing in it."""
    try:
        text = write()
    except ValueError as error:
        raise UsageError(str(error)) from error
    findings = Findings()
    node = mapping_in(text, file="", findings=findings)
    # The folder isn't made yet: nothing in it can be looked for.
    root = Path.cwd().resolve() / "new-show"
    if node is not None:
        build(node, Scope(reading=Reading(findings=findings, file="", root=root, folder=PurePosixPath())))
    for problem in findings.problems()[:1]:
        raise UsageError(problem.message, hint=problem.hint)
    return text
