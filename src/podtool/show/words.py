"""Every word that pages, reports and credits say, in French and English; dates, lengths, figures. Pure.

No locale is asked: the same show reads the same on every machine. French gets its spaces here (U+202F before
``; ! ?``, U+00A0 before ``:`` and inside « »), so the table is written with plain ones.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Literal

Tongue = Literal["fr", "en"]

NO_BREAK = "\u00a0"
NARROW_NO_BREAK = "\u202f"

WORDS: Mapping[str, Mapping[Tongue, str]] = {
    # the page's frame
    "skip": {"fr": "Aller au contenu", "en": "Skip to content"},
    "page_title": {"fr": "{episode} – {show}", "en": "{episode} – {show}"},
    "numbered": {
        "fr": "{show}, épisode {number} – {title}",
        "en": "{show}, episode {number} – {title}",
    },
    "all_episodes": {"fr": "Tous les épisodes", "en": "All episodes"},
    "episodes": {"fr": "Épisodes", "en": "Episodes"},
    "no_episode": {"fr": "Rien n’est encore paru.", "en": "Nothing has been published yet."},
    "find_episodes": {"fr": "Chercher un épisode", "en": "Search the episodes"},
    "search": {"fr": "Chercher", "en": "Search"},
    "found_episodes": {"fr": "{count} sur {total}", "en": "{count} of {total}"},
    "pages": {"fr": "Pages", "en": "Pages"},
    "page_of": {"fr": "Page {number} sur {count}", "en": "Page {number} of {count}"},
    "newer_episodes": {"fr": "← Plus récents", "en": "← Newer"},
    "older_episodes": {"fr": "Plus anciens →", "en": "Older →"},
    "feed_address": {
        "fr": "Adresse du flux, pour toute application de podcasts :",
        "en": "The feed’s address, for any podcast app:",
    },
    "episode_number": {"fr": "Épisode {number}", "en": "Episode {number}"},
    "season_number": {"fr": "Saison {number}", "en": "Season {number}"},
    "type_trailer": {"fr": "Bande-annonce", "en": "Trailer"},
    "type_bonus": {"fr": "Bonus", "en": "Bonus"},
    "explicit": {"fr": "Langage explicite", "en": "Explicit language"},
    "feed": {"fr": "Flux RSS", "en": "RSS feed"},
    "subscribe": {"fr": "S’abonner par RSS", "en": "Subscribe by RSS"},
    "website": {"fr": "Site de l’émission", "en": "The show’s website"},
    "support": {"fr": "Soutenir", "en": "Support"},
    "by": {"fr": "Par {name}", "en": "By {name}"},
    "separator": {"fr": " : ", "en": ": "},
    # facts about an episode
    "published": {"fr": "Publié le", "en": "Published"},
    "recorded": {"fr": "Enregistré le", "en": "Recorded"},
    "corrected": {"fr": "Corrigé le", "en": "Corrected"},
    "corrections": {"fr": "Corrections", "en": "Corrections"},
    "withdrawn": {
        "fr": "Cet épisode a été retiré le {day}.",
        "en": "This episode was withdrawn on {day}.",
    },
    "duration": {"fr": "Durée", "en": "Length"},
    "licence": {"fr": "Licence", "en": "Licence"},
    # the player
    "listen": {"fr": "Écouter", "en": "Listen"},
    "player": {"fr": "Lecteur audio : {title}", "en": "Audio player: {title}"},
    "no_player": {
        "fr": "Ce navigateur ne lit pas le son : téléchargez l’épisode ci-dessous.",
        "en": "This browser plays no sound: download the episode below.",
    },
    "speed": {"fr": "Vitesse", "en": "Speed"},
    "speed_times": {"fr": "× {factor}", "en": "× {factor}"},
    "back": {"fr": "Reculer de {seconds} s", "en": "Back {seconds} s"},
    "forward": {"fr": "Avancer de {seconds} s", "en": "Forward {seconds} s"},
    "previous_chapter": {"fr": "Chapitre précédent", "en": "Previous chapter"},
    "next_chapter": {"fr": "Chapitre suivant", "en": "Next chapter"},
    "copy_link": {"fr": "Copier le lien à cet instant", "en": "Copy link at this time"},
    "copied": {"fr": "Lien copié : {time}.", "en": "Link copied: {time}."},
    "not_copied": {
        "fr": "Le lien est dans la barre d’adresse.",
        "en": "The link is in the address bar.",
    },
    "resumed": {
        "fr": "L’écoute reprend à {time}, où vous en étiez sur cet appareil.",
        "en": "Listening resumes at {time}, where you were on this device.",
    },
    "kept_here": {
        "fr": "Position et vitesse sont gardées sur cet appareil seulement ; rien n’est envoyé.",
        "en": "Position and speed are kept on this device only; nothing is sent.",
    },
    "keys": {"fr": "Raccourcis clavier", "en": "Keyboard shortcuts"},
    "keys_on": {"fr": "Utiliser ces raccourcis", "en": "Use these shortcuts"},
    "key_space": {"fr": "Espace", "en": "Space"},
    "key_play": {"fr": "Lecture, pause", "en": "Play, pause"},
    "key_mute": {"fr": "Couper ou remettre le son", "en": "Mute, unmute"},
    "key_help": {"fr": "Montrer cette liste", "en": "Show this list"},
    "embed": {"fr": "Intégrer ce lecteur à une page", "en": "Embed this player"},
    "embed_how": {
        "fr": "Copiez ce code dans le HTML de votre page :",
        "en": "Copy this code into your page’s HTML:",
    },
    "close": {"fr": "Fermer", "en": "Close"},
    "download": {"fr": "Télécharger", "en": "Download"},
    "chapters": {"fr": "Chapitres", "en": "Chapters"},
    "chapter_link": {"fr": "lien", "en": "link"},
    "listen_from": {"fr": "Écouter à {time}", "en": "Listen from {time}"},
    "transcript": {"fr": "Transcription", "en": "Transcript"},
    "read_transcript": {"fr": "Lire la transcription", "en": "Read the transcript"},
    "find_words": {"fr": "Chercher dans la transcription", "en": "Search the transcript"},
    "hit": {"fr": "{current} sur {total}", "en": "{current} of {total}"},
    "no_hit": {"fr": "aucun résultat", "en": "nothing found"},
    "previous_hit": {"fr": "Résultat précédent", "en": "Previous result"},
    "next_hit": {"fr": "Résultat suivant", "en": "Next result"},
    "follow": {"fr": "Suivre la lecture", "en": "Follow the sound"},
    # what it is about, who is heard, who made it
    "notes": {"fr": "Notes de l’épisode", "en": "Show notes"},
    "guests": {"fr": "Invité·es", "en": "Guests"},
    "credits": {"fr": "Crédits", "en": "Credits"},
    "with": {"fr": "Avec", "en": "With"},
    "elsewhere": {"fr": "Écouter ailleurs", "en": "Listen elsewhere"},
    "formats": {"fr": "Autres formats", "en": "Other formats"},
    "works": {"fr": "Œuvres utilisées", "en": "Works used"},
    "music": {"fr": "Musique", "en": "Music"},
    "image": {"fr": "Image", "en": "Image"},
    "cover": {"fr": "Couverture", "en": "Cover"},
    "cover_credit": {"fr": "Couverture : {credit}", "en": "Cover: {credit}"},
    "no_cover_credit": {
        "fr": "crédit de la couverture non indiqué",
        "en": "the cover’s credit is not stated",
    },
    "rights_file": {"fr": "Droits, pour les machines (JSON)", "en": "Rights, for machines (JSON)"},
    "heard_at": {"fr": "de {start} à {end}", "en": "from {start} to {end}"},
    # a work: its title, author, source, licence and what was changed
    "quoted": {"fr": "« {title} »", "en": "“{title}”"},
    "work_by": {"fr": "{title} par {creator}", "en": "{title} by {creator}"},
    "untitled_by": {
        "fr": "œuvre sans titre indiqué, par {creator}",
        "en": "work whose title is not stated, by {creator}",
    },
    "untitled": {"fr": "titre et auteur non indiqués", "en": "title and author not stated"},
    "from_source": {"fr": "source : {source}", "en": "source: {source}"},
    "under": {"fr": "sous licence {licence}", "en": "licensed under {licence}"},
    "dedicated": {
        "fr": "placée dans le domaine public ({licence})",
        "en": "dedicated to the public domain ({licence})",
    },
    "public_domain": {"fr": "dans le domaine public ({licence})", "en": "in the public domain ({licence})"},
    "reserved": {"fr": "tous droits réservés", "en": "all rights reserved"},
    "not_stated": {"fr": "licence non indiquée", "en": "licence not stated"},
    "changed": {
        "fr": "œuvre modifiée : coupée ou mixée pour cet épisode",
        "en": "changed: cut or mixed for this episode",
    },
    "changed_how": {"fr": "œuvre modifiée : {changes}", "en": "changed: {changes}"},
    "change_before": {"fr": "retouchée avant l’épisode", "en": "edited beforehand"},
    "change_excerpt": {"fr": "extrait", "en": "excerpt"},
    "change_faded": {"fr": "fondu", "en": "faded"},
    "change_effects": {"fr": "effets", "en": "effects"},
    "change_bed": {"fr": "sous la parole", "en": "under speech"},
    "change_mixed": {"fr": "mêlée à d’autres sons", "en": "mixed with other sound"},
    "between_parts": {"fr": " ; ", "en": "; "},
    "episode_under": {
        "fr": "Cet épisode est publié sous licence {licence}.",
        "en": "This episode is published under {licence}.",
    },
    "show_under": {
        "fr": "Sauf mention contraire, les épisodes sont publiés sous licence {licence}.",
        "en": "Unless stated otherwise, episodes are published under {licence}.",
    },
    "episode_dedicated": {
        "fr": "Cet épisode est dans le domaine public ({licence}).",
        "en": "This episode is in the public domain ({licence}).",
    },
    "show_dedicated": {
        "fr": "Sauf mention contraire, les épisodes sont dans le domaine public ({licence}).",
        "en": "Unless stated otherwise, episodes are in the public domain ({licence}).",
    },
    "episode_reserved": {
        "fr": "Cet épisode : tous droits réservés.",
        "en": "This episode: all rights reserved.",
    },
    "show_reserved": {
        "fr": "Sauf mention contraire, tous droits réservés.",
        "en": "Unless stated otherwise, all rights reserved.",
    },
    "episode_not_stated": {
        "fr": "La licence de cet épisode n’est pas indiquée.",
        "en": "This episode’s licence is not stated.",
    },
    "show_not_stated": {
        "fr": "La licence de l’émission n’est pas indiquée.",
        "en": "The show’s licence is not stated.",
    },
    "waveform": {"fr": "Forme d’onde de l’épisode", "en": "The episode’s waveform"},
    # the report
    "report": {"fr": "Rapport de fabrication", "en": "Production report"},
    "report_of": {"fr": "Rapport : {title}", "en": "Report: {title}"},
    "files": {"fr": "Fichiers", "en": "Files"},
    "file": {"fr": "Fichier", "en": "File"},
    "profile": {"fr": "Profil", "en": "Profile"},
    "size": {"fr": "Taille", "en": "Size"},
    "integrated": {"fr": "Niveau intégré", "en": "Integrated loudness"},
    "range": {"fr": "Plage", "en": "Range"},
    "true_peak": {"fr": "Crête vraie", "en": "True peak"},
    "gain": {"fr": "Gain", "en": "Gain"},
    "limiting": {"fr": "Limitation", "en": "Limiting"},
    "target": {"fr": "cible {level}", "en": "target {level}"},
    "ceiling": {"fr": "plafond {level}", "en": "ceiling {level}"},
    "no_target": {"fr": "niveau laissé tel quel", "en": "loudness left alone"},
    "within": {"fr": "conforme", "en": "within target"},
    "beyond": {"fr": "hors cible", "en": "off target"},
    "limiting_none": {"fr": "aucune", "en": "none"},
    "limiting_some": {"fr": "{deepest} au plus, 99 % du temps", "en": "{deepest} at most, 99 % of the time"},
    "over_time": {"fr": "Niveau au fil du temps", "en": "Loudness over time"},
    "over_time_of": {
        "fr": "Niveau à court terme (3 s), une mesure par seconde",
        "en": "Short-term loudness (3 s), one figure per second",
    },
    "over_time_text": {
        "fr": "Courbe du niveau à court terme : de {lowest} à {highest}, intégré {integrated}.",
        "en": "Curve of the short-term loudness: from {lowest} to {highest}, integrated {integrated}.",
    },
    "too_short": {
        "fr": "Trop court, ou trop silencieux, pour une courbe.",
        "en": "Too short, or too silent, for a curve.",
    },
    "segments": {"fr": "Segments", "en": "Segments"},
    "start": {"fr": "Début", "en": "Start"},
    "length": {"fr": "Durée", "en": "Length"},
    "what": {"fr": "Quoi", "en": "What"},
    "speech_before": {"fr": "Parole avant", "en": "Speech before"},
    "speech_after": {"fr": "Parole après", "en": "Speech after"},
    "level_gain": {"fr": "Mise à niveau", "en": "Levelling"},
    "kind_clip": {"fr": "extrait", "en": "clip"},
    "kind_sting": {"fr": "virgule", "en": "sting"},
    "kind_silence": {"fr": "silence", "en": "silence"},
    "kind_tracks": {"fr": "pistes", "en": "tracks"},
    "recordings": {"fr": "Enregistrements", "en": "Recordings"},
    "codec": {"fr": "Codage", "en": "Codec"},
    "rate": {"fr": "Fréquence", "en": "Rate"},
    "channels": {"fr": "Canaux", "en": "Channels"},
    "peak": {"fr": "Crête", "en": "Peak"},
    "problems": {"fr": "À regarder", "en": "To look at"},
    "no_problem": {"fr": "Rien à signaler.", "en": "Nothing to report."},
    "severity_error": {"fr": "erreur", "en": "error"},
    "severity_warning": {"fr": "avertissement", "en": "warning"},
    "severity_note": {"fr": "note", "en": "note"},
    "unmeasured": {"fr": "–", "en": "–"},
}

MONTHS: Mapping[Tongue, tuple[str, ...]] = {
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_SIZES: Mapping[Tongue, tuple[str, str, str, str]] = {
    "fr": ("o", "ko", "Mo", "Go"),
    "en": ("B", "kB", "MB", "GB"),
}
_FRENCH_SPACES = (
    (re.compile(r" (?=[;!?])"), NARROW_NO_BREAK),
    (re.compile(r" (?=:)"), NO_BREAK),
    (re.compile(r"(?<=«) | (?=»)"), NO_BREAK),
    (re.compile(r"(?<=×) "), NARROW_NO_BREAK),
)


def tongue_of(language: str) -> Tongue:
    """The table's language for a BCP 47 tag: French for ``fr`` and ``fr-…``, English for the rest."""
    return "fr" if language.lower().replace("_", "-").split("-")[0] == "fr" else "en"


def typeset(text: str, language: str) -> str:
    """`text` with the no-break spaces that French asks for; unchanged in other languages."""
    if tongue_of(language) == "fr":
        for spot, space in _FRENCH_SPACES:
            text = spot.sub(space, text)
    return text


def say(key: str, language: str, **values: object) -> str:
    """The words for `key`, with `values` put in as they are.

    Raises:
        KeyError: no such words, or a value that they need is missing: a bug, never a user's slip.
    """
    return typeset(WORDS[key][tongue_of(language)], language).format_map(values)


def format_date(day: date, language: str) -> str:
    """«22 septembre 2023», «1er mai 2024», «22 September 2023»; a datetime by the date in its own zone."""
    tongue = tongue_of(language)
    number = "1er" if tongue == "fr" and day.day == 1 else str(day.day)
    return f"{number}{NO_BREAK}{MONTHS[tongue][day.month - 1]} {day.year}"


def format_duration(duration_s: float, language: str) -> str:
    """«3 min 12 s», «1 h 2 min», «0 s», to the nearest second; the same in both languages."""
    del language  # h, min and s are SI
    total = round(duration_s)
    parts = ((total // 3600, "h"), (total // 60 % 60, "min"), (total % 60, "s"))
    return " ".join(f"{count}{NO_BREAK}{unit}" for count, unit in parts if count) or f"0{NO_BREAK}s"


def format_clock(time_ms: int) -> str:
    """A position for a reader: ``1:23``, ``1:02:03``; milliseconds are cut off, so that it is never late."""
    total = time_ms // 1000
    hours, minutes, seconds = total // 3600, total // 60 % 60, total % 60
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def format_number(number: float, language: str, digits: int = 1) -> str:
    """«−16,0» or «−16.0»: a real minus sign, the language's decimal sign, never −0; ±∞ too."""
    if math.isinf(number):
        return "−∞" if number < 0 else "∞"
    text = f"{round(number, digits) + 0.0:.{digits}f}".replace("-", "−")
    return text.replace(".", ",") if tongue_of(language) == "fr" else text


def format_figure(number: float | None, unit: str, language: str, digits: int = 1) -> str:
    """«−16,0 LUFS»; a dash for what silence makes meaningless."""
    if number is None:
        return say("unmeasured", language)
    return f"{format_number(number, language, digits)}{NO_BREAK}{unit}"


def format_size(size_bytes: int, language: str) -> str:
    """«3,1 Mo», «3.1 MB», in powers of 1000 as file managers and hosts count."""
    units = _SIZES[tongue_of(language)]
    size, power = float(size_bytes), 0
    while round(size, 1) >= 1000 and power < len(units) - 1:  # noqa: PLR2004 - SI's thousand
        size, power = size / 1000, power + 1
    return f"{format_number(size, language, 1 if power else 0)}{NO_BREAK}{units[power]}"
