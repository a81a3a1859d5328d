"""Who did what: the Podcast Taxonomy's groups and roles, with words for them in English and French; pure.

Groups and English names are those of the Podcasting 2.0 namespace's taxonomy.json, which `podcast:person`
refers to. The French labels name the work rather than the worker, so that they fit anybody. Synonyms are
what people write in a credits list, in both languages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from podtool.show.words import tongue_of


@dataclass(frozen=True, kw_only=True)
class Group:
    """A department of a production; `en` is the taxonomy's own name."""

    en: str
    fr: str


@dataclass(frozen=True, kw_only=True)
class Role:
    """One job of the taxonomy. `key` is ``Group/Role`` in the taxonomy's English, `en` the role alone."""

    group: str
    en: str
    fr: str
    synonyms: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """``Cast/Host``: unique, where the name alone is not (two groups have an Editor)."""
        return f"{self.group}/{self.en}"


GROUPS: Mapping[str, Group] = {
    group.en: group
    for group in (
        Group(en="Creative Direction", fr="Direction artistique"),
        Group(en="Cast", fr="Voix"),
        Group(en="Writing", fr="Écriture"),
        Group(en="Audio Production", fr="Production audio"),
        Group(en="Audio Post-Production", fr="Post-production audio"),
        Group(en="Administration", fr="Administration"),
        Group(en="Visuals", fr="Visuels"),
        Group(en="Community", fr="Communauté"),
        Group(en="Misc.", fr="Divers"),
        Group(en="Video Production", fr="Production vidéo"),
        Group(en="Video Post-Production", fr="Post-production vidéo"),
    )
}

# Role, French label, synonyms separated by commas.
_TABLE: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "Creative Direction": (
        ("Director", "Réalisation", "directed by, direction, réalisateur, réalisatrice, mise en ondes"),
        (
            "Assistant Director",
            "Assistance à la réalisation",
            "assistant réalisateur, assistante réalisatrice, assistant à la réalisation",
        ),
        (
            "Executive Producer",
            "Production exécutive",
            "executive production, producteur exécutif, productrice exécutive",
        ),
        ("Senior Producer", "Production principale", "producteur principal, productrice principale"),
        ("Producer", "Production", "produced by, producteur, productrice"),
        (
            "Associate Producer",
            "Production déléguée",
            "producteur délégué, productrice déléguée, producteur associé, productrice associée",
        ),
        ("Development Producer", "Développement", "development"),
        (
            "Creative Director",
            "Direction artistique",
            "art director, directeur artistique, directrice artistique, direction de création",
        ),
    ),
    "Cast": (
        (
            "Host",
            "Animation",
            (
                "hosted by, presenter, presented by, animateur, animatrice, présentation, présentateur, "
                "présentatrice, hôte"
            ),
        ),
        (
            "Co-Host",
            "Coanimation",
            (
                "cohost, co-presenter, co-animation, coanimateur, coanimatrice, co-animateur, co-animatrice, "
                "coprésentation, coprésentateur, coprésentatrice, co-présentateur, co-présentatrice"
            ),
        ),
        ("Guest Host", "Animation invitée", "animateur invité, animatrice invitée"),
        (
            "Guest",
            "Invité·e",
            "interviewee, expert, experte, intervenant, intervenante, invité, invitée, témoin",
        ),
        (
            "Voice Actor",
            "Interprétation",
            "actor, actress, voice, comédien, comédienne, comédien voix, acteur, actrice, voix",
        ),
        ("Narrator", "Narration", "narrated by, narrateur, narratrice, voice-over, voix off"),
        ("Announcer", "Annonces", "annonce, annonceur, annonceuse"),
        ("Reporter", "Reportage", "journalist, journaliste"),
    ),
    "Writing": (
        ("Author", "Textes", "auteur, autrice, auteure, texte"),
        ("Editorial Director", "Direction éditoriale", "directeur éditorial, directrice éditoriale"),
        ("Co-Writer", "Coécriture", "cowriter, co-écriture, coauteur, coautrice, corédaction"),
        (
            "Writer",
            "Écriture",
            "written by, script, scénario, scénariste, rédaction, rédacteur, rédactrice",
        ),
        ("Songwriter", "Chanson", "lyrics, paroles, parolier, parolière, auteur compositeur"),
        ("Guest Writer", "Écriture invitée", ""),
        ("Story Editor", "Édition du récit", "dramaturgie"),
        ("Managing Editor", "Rédaction en chef", "editor in chief, rédacteur en chef, rédactrice en chef"),
        ("Script Editor", "Édition du scénario", ""),
        ("Script Coordinator", "Coordination du scénario", ""),
        (
            "Researcher",
            "Recherche",
            "research, documentation, documentaliste, enquête, enquêteur, enquêtrice",
        ),
        ("Editor", "Édition", "edited by, éditeur, éditrice, secrétariat de rédaction"),
        ("Fact Checker", "Vérification des faits", "fact checking, vérification"),
        ("Translator", "Traduction", "translation, translated by, traducteur, traductrice"),
        ("Transcriber", "Transcription", "transcript, transcripteur, transcriptrice"),
        ("Logger", "Dérushage", "logging, archiviste"),
    ),
    "Audio Production": (
        ("Studio Coordinator", "Coordination du studio", "studio"),
        ("Technical Director", "Direction technique", "directeur technique, directrice technique"),
        ("Technical Manager", "Régie technique", "régie, régisseur, régisseuse, responsable technique"),
        (
            "Audio Engineer",
            "Prise de son",
            (
                "sound, sound engineer, sound recordist, recording, recording engineer, son, technique, "
                "ingénieur du son, ingénieure du son, preneur de son, preneuse de son"
            ),
        ),
        ("Remote Recording Engineer", "Prise de son à distance", ""),
        ("Post Production Engineer", "Post-production", "postproduction"),
    ),
    "Audio Post-Production": (
        (
            "Audio Editor",
            "Montage",
            (
                "audio editing, editing, sound editor, mix, mixing, mixed by, mixer, mastering, mixage, "
                "monteur, monteuse, montage son, montage et mixage"
            ),
        ),
        (
            "Sound Designer",
            "Conception sonore",
            "sound design, design sonore, habillage sonore, concepteur sonore, conceptrice sonore",
        ),
        ("Foley Artist", "Bruitage", "foley, bruiteur, bruiteuse"),
        ("Composer", "Composition", "original music, musique originale, compositeur, compositrice"),
        ("Theme Music", "Musique du générique", "theme, theme song, générique, indicatif"),
        ("Music Production", "Production musicale", "music producer"),
        ("Music Contributor", "Musique", "music, music by, musician, musicien, musicienne, musiques"),
    ),
    "Administration": (
        (
            "Production Coordinator",
            "Coordination de production",
            "coordination, coordinator, coordinateur, coordinatrice",
        ),
        ("Booking Coordinator", "Programmation", "booking, programmateur, programmatrice"),
        (
            "Production Assistant",
            "Assistance de production",
            "assistant de production, assistante de production",
        ),
        ("Content Manager", "Gestion des contenus", "responsable des contenus"),
        ("Marketing Manager", "Marketing", "responsable marketing"),
        ("Sales Representative", "Ventes", "commercial, commerciale"),
        ("Sales Manager", "Direction commerciale", "directeur commercial, directrice commerciale"),
    ),
    "Visuals": (
        (
            "Graphic Designer",
            "Graphisme",
            "graphic design, graphics, illustration, illustrator, illustrateur, illustratrice, graphiste",
        ),
        ("Cover Art Designer", "Couverture", "cover, cover art, cover design, pochette, vignette"),
    ),
    "Community": (
        ("Social Media Manager", "Réseaux sociaux", "social media, community manager, communication"),
    ),
    "Misc.": (
        ("Consultant", "Conseil", "consulting, consultante, conseiller, conseillère"),
        ("Intern", "Stage", "stagiaire"),
    ),
    "Video Production": (
        ("Camera Operator", "Cadrage", "camera, caméra, cadreur, cadreuse"),
        ("Lighting Designer", "Lumière", "lighting, lumières, éclairage"),
        ("Camera Grip", "Machinerie", "grip, machiniste"),
        ("Assistant Camera", "Assistance caméra", "assistant caméra, assistante caméra"),
    ),
    "Video Post-Production": (
        ("Editor", "Montage vidéo", "video editor, video editing, monteur vidéo, monteuse vidéo"),
        ("Assistant Editor", "Assistance au montage vidéo", "assistant monteur, assistante monteuse"),
    ),
}

ROLES: tuple[Role, ...] = tuple(
    Role(group=group, en=en, fr=fr, synonyms=tuple(filter(None, synonyms.split(", "))))
    for group, rows in _TABLE.items()
    for en, fr, synonyms in rows
)

HOSTS = frozenset({"Cast/Host", "Cast/Co-Host", "Cast/Guest Host"})
"""Keys of the roles that lead through an episode."""

# «présentat·eur·rice» → présentateur; «invité·e», «monteur(se)», «animateur/trice» → the first form.
_TAXONOMY_FORM = re.compile(r"[·•‧∙](eur|er|if)[·•‧∙]\w+")
_SECOND_FORM = re.compile(r"[·•‧∙/(.]\w*\)?")
_NOT_A_WORD = re.compile(r"[\W_]+")


def _plain(text: str) -> str:
    """Lower case, no accents, single spaces."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _NOT_A_WORD.sub(" ", letters).strip()


def _words_of(role: Role) -> tuple[str, ...]:
    return (role.en, role.fr, _SECOND_FORM.sub("", role.fr), *role.synonyms)


def _index() -> dict[str, Role]:
    """Every plain form → its role: keys, then English names, then labels and synonyms; the first stays."""
    index = {_plain(role.key): role for role in ROLES}
    for role in ROLES:
        index.setdefault(_plain(role.en), role)
    for role in ROLES:
        for word in _words_of(role):
            index.setdefault(_plain(word), role)
    return index


_BY_WORD: Mapping[str, Role] = _index()


def find_role(text: str) -> Role | None:
    """The role that `text` means, in English or French, whatever its case, accents, gender or number.

    ``Writing/Editor`` names group and role. None when the taxonomy has no word for it.
    """
    joined = _TAXONOMY_FORM.sub(r"\1", text)
    for form in (text, joined, _SECOND_FORM.sub("", joined)):
        plain = _plain(form)
        if role := _BY_WORD.get(plain) or _BY_WORD.get(plain.removesuffix("s")):
            return role
    return None


def role_label(text: str, language: str) -> str:
    """What to call a role in a page's language (BCP 47).

    A word of the taxonomy is translated; the author's own words (``direction``, ``chargé de mission``) stay.
    """
    role = find_role(text)
    if role is None or _plain(text) not in {_plain(role.en), _plain(role.key)}:
        return text
    return role.fr if tongue_of(language) == "fr" else role.en
