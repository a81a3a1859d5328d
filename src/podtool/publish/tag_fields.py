"""The table of tags: which field goes where in ID3, MP4, Vorbis comments and the feed.

Writers and readers are driven by it, and docs/tags.md is made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TAG_LIMIT_BYTES = 300_000
"""Largest whole tag: some players read no further before they begin to play."""
COVER_LIMIT_BYTES = 500_000
"""Largest cover that a strict reader accepts inside a file."""
MOST_CHAPTERS = 255
"""ID3v2 Chapter Frame Addendum 1.0, 3.2: a CTOC counts its entries in one byte."""
PADDING_BYTES = 1024
"""Room left for other taggers; always the same, so that the same tags give the same bytes."""

FREEFORM = "----:com.apple.iTunes:"
"""Where MP4 keeps what has no atom of its own; `name` follows."""

Kind = Literal["text", "number", "url", "flag", "people", "picture", "chapters"]


@dataclass(frozen=True, kw_only=True)
class TagField:
    """One thing a file says about itself, and where each format keeps it.

    Attributes:
        name: as in `EpisodeTags` and `TagFacts.values`.
        id3: frame, ``TXXX:description`` for user text; empty when ID3 has no place for it.
        mp4: atom of ``moov.udta.meta.ilst``; empty likewise.
        vorbis: comment name (Opus, Ogg Vorbis, FLAC); empty likewise.
        feed: the feed's element that says the same.
        holds: what stands there, in words.
        kind: how it is written.
    """

    name: str
    id3: str
    mp4: str
    vorbis: str
    feed: str
    holds: str
    kind: Kind = "text"


def _row(name: str, places: tuple[str, str, str], feed: str, holds: str, kind: Kind = "text") -> TagField:
    id3, mp4, vorbis = places
    return TagField(name=name, id3=id3, mp4=mp4, vorbis=vorbis, feed=feed, holds=holds, kind=kind)


TAG_FIELDS: tuple[TagField, ...] = (
    _row("title", ("TIT2", "\xa9nam", "TITLE"), "item/title", "the episode's title"),
    _row("artist", ("TPE1", "\xa9ART", "ARTIST"), "item/itunes:author", "the show's author"),
    _row("album", ("TALB", "\xa9alb", "ALBUM"), "channel/title", "the show's title"),
    _row(
        "album_artist",
        ("TPE2", "aART", "ALBUMARTIST"),
        "channel/itunes:author",
        "the show's author, on whose shelf players put the episode",
    ),
    _row(
        "track", ("TRCK", "trkn", "TRACKNUMBER"), "item/itunes:episode", "the episode's number", kind="number"
    ),
    _row("disc", ("TPOS", "disk", "DISCNUMBER"), "item/itunes:season", "the season's number", kind="number"),
    _row(
        "date",
        ("TDRC", "\xa9day", "DATE"),
        "",
        "the day of recording, else of release: the date that players show (in ID3 as TYER and TDAT too)",
    ),
    _row("genre", ("TCON", "\xa9gen", "GENRE"), "", "Podcast"),
    _row("subtitle", ("TIT3", FREEFORM + "SUBTITLE", "SUBTITLE"), "item/itunes:subtitle", "the subtitle"),
    _row(
        "released",
        ("TDRL", FREEFORM + "RELEASETIME", "RELEASETIME"),
        "item/pubDate",
        "when the episode came out, in UTC",
    ),
    _row(
        "recorded",
        ("TXXX:RECORDED", FREEFORM + "RECORDED", "RECORDED"),
        "",
        "the day of recording, only where the YAML has it",
    ),
    _row(
        "language",
        ("TLAN", FREEFORM + "LANGUAGE", "LANGUAGE"),
        "channel/language",
        "the language as ISO 639-2/T: fra, not fre",
    ),
    _row(
        "copyright", ("TCOP", "cprt", "COPYRIGHT"), "channel/copyright", "year, holder and licence in words"
    ),
    _row(
        "licence",
        ("TXXX:LICENSE", FREEFORM + "LICENSE_ID", "LICENSE_ID"),
        "item/podcast:license",
        "the licence's SPDX id",
    ),
    _row(
        "licence_url",
        ("WCOP", FREEFORM + "LICENSE", "LICENSE"),
        "item/podcast:license@url",
        "the licence's address",
        kind="url",
    ),
    _row(
        "attribution",
        ("TXXX:ATTRIBUTION", FREEFORM + "ATTRIBUTION", "ATTRIBUTION"),
        "item/content:encoded",
        "credit for every work used",
    ),
    _row(
        "page_url",
        ("WOAF", FREEFORM + "WWWAUDIOFILE", "WWWAUDIOFILE"),
        "item/link",
        "the episode's page",
        kind="url",
    ),
    _row(
        "show_url",
        ("WOAS", FREEFORM + "WWWAUDIOSOURCE", "WWWAUDIOSOURCE"),
        "channel/link",
        "the show's site",
        kind="url",
    ),
    _row("feed_url", ("WFED", "purl", "PODCASTURL"), "channel/atom:link", "the feed", kind="url"),
    _row("guid", ("TGID", "egid", "PODCASTID"), "item/guid", "what apps know the episode by"),
    _row("podcast", ("PCST", "pcst", "PODCAST"), "", "that this is a podcast", kind="flag"),
    _row("category", ("TCAT", "catg", "PODCASTCATEGORY"), "channel/itunes:category", "the first category"),
    _row(
        "keywords",
        ("TKWD", "keyw", "PODCASTKEYWORDS"),
        "channel/itunes:category",
        "all categories and subcategories",
    ),
    _row("summary", ("", "desc", ""), "", "the description's beginning, at most 255 bytes"),
    _row("description", ("TDES", "ldes", "DESCRIPTION"), "item/description", "the description as plain text"),
    _row("comment", ("COMM", "\xa9cmt", "COMMENT"), "", "the description again, for players without TDES"),
    _row(
        "people",
        ("TIPL", FREEFORM + "INVOLVEDPEOPLE", "INVOLVEDPEOPLE"),
        "item/podcast:person",
        "who took part, by role (in ID3 as IPLS too, with the musicians)",
        kind="people",
    ),
    _row(
        "musicians",
        ("TMCL", FREEFORM + "MUSICIANCREDITS", "MUSICIANCREDITS"),
        "item/podcast:person",
        "who made the music, by role",
        kind="people",
    ),
    _row("transcript", ("USLT", "\xa9lyr", "LYRICS"), "item/podcast:transcript", "what is said"),
    _row(
        "chapters",
        ("CHAP", "", "CHAPTERxxx"),
        "item/psc:chapters",
        "the chapters; ID3 lists them in one CTOC, MP4 has them in a track that the encoder writes",
        kind="chapters",
    ),
    _row(
        "cover",
        ("APIC", "covr", "METADATA_BLOCK_PICTURE"),
        "item/itunes:image",
        "the cover (picture type 3); FLAC keeps it in a PICTURE block",
        kind="picture",
    ),
)

MUSICIANS = frozenset(
    {
        "Writing/Songwriter",
        "Audio Post-Production/Composer",
        "Audio Post-Production/Theme Music",
        "Audio Post-Production/Music Production",
        "Audio Post-Production/Music Contributor",
    }
)
"""Roles (keys of `show.roles`) that are a musician's credit (TMCL); all others go into TIPL."""

_CODES = (
    "af:afr ar:ara az:aze be:bel bg:bul bn:ben br:bre bs:bos ca:cat co:cos cs:ces cy:cym da:dan de:deu "
    "el:ell en:eng eo:epo es:spa et:est eu:eus fa:fas fi:fin fr:fra fy:fry ga:gle gd:gla gl:glg gu:guj "
    "he:heb hi:hin hr:hrv hu:hun hy:hye id:ind is:isl it:ita ja:jpn ka:kat kk:kaz km:khm ko:kor ku:kur "
    "la:lat lb:ltz lo:lao lt:lit lv:lav mg:mlg mk:mkd ml:mal mn:mon mr:mar ms:msa mt:mlt my:mya nb:nob "
    "ne:nep nl:nld nn:nno no:nor oc:oci pa:pan pl:pol ps:pus pt:por ro:ron ru:rus sk:slk sl:slv so:som "
    "sq:sqi sr:srp sv:swe sw:swa ta:tam te:tel th:tha tl:tgl tr:tur uk:ukr ur:urd uz:uzb vi:vie wo:wol "
    "yi:yid yo:yor zh:zho zu:zul"
)
LANGUAGE_CODES: dict[str, str] = dict(pair.split(":") for pair in _CODES.split())
"""ISO 639-1 to ISO 639-2/T, which is also ISO 639-3 (Library of Congress, code list)."""


def iso_639_2(language: str) -> str | None:
    """What TLAN wants (ID3v2.4 frames, 4.2.3) for a BCP 47 tag; None when we don't know it."""
    primary = language.replace("_", "-").partition("-")[0].lower()
    if len(primary) == 3 and primary.isascii() and primary.isalpha():  # noqa: PLR2004 - already ISO 639-2 or -3
        return primary
    return LANGUAGE_CODES.get(primary)
