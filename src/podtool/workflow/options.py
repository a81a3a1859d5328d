"""What `assemble` is asked for, and what follows from it: profiles, file names, rate, lock, runner."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from podtool.build.graph import digest_of
from podtool.build.runner import Records, Runner
from podtool.build.store import Store
from podtool.errors import CacheError, ManifestError, UsageError
from podtool.show.formats import extension_of
from podtool.show.lock import LOCK_FILE, EpisodeLock, read_lock
from podtool.show.model import BUILT_IN_PROFILES, Profile, Show
from podtool.workflow.cache_limit import cache_limit_bytes
from podtool.workflow.project import Project
from podtool.workflow.workroom import RECORDS_FOLDER

STUDIO_RATES_HZ = (44100, 48000)
"""The project is mixed at the first profile's rate where that is one of these, else at the first."""


@dataclass(frozen=True, kw_only=True)
class AssembleOptions:
    """What the command line asked for.

    Attributes:
        profiles: names; the show's own list when empty.
        out: where everything goes instead of build/.
        jobs: how many threads; all cores when None.
        fresh: use nothing from the cache.
        relock: choose the loudness gain anew.
    """

    profiles: tuple[str, ...] = ()
    out: Path | None = None
    jobs: int | None = None
    fresh: bool = False
    relock: bool = False


def choose_profiles(show: Show, names: tuple[str, ...]) -> tuple[Profile, ...]:
    """The profiles to make: the show's, or those named (the show's own first, then the built-in ones).

    Raises:
        UsageError: a name that is neither.
    """
    known = {**BUILT_IN_PROFILES, **{profile.name: profile for profile in show.profiles}}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UsageError(
            f"no profile is called {', '.join(unknown)}", hint=f"there are: {', '.join(sorted(known))}"
        )
    return tuple(known[name] for name in dict.fromkeys(names)) or show.profiles


def output_name(show: Show, stem: str, profile: Profile) -> str:
    """``questions-asso-08.mp3``; for second and later profiles ``questions-asso-08.opus.opus``."""
    first = profile.name == show.profiles[0].name
    return f"{stem}{'' if first else f'.{profile.name}'}.{extension_of(profile)}"


def outputs_of(show: Show, project: Project) -> dict[str, str]:
    """File names by profile name, for all profiles that there are."""
    stem = project.episode.file_stem(show)
    known = {**BUILT_IN_PROFILES, **{profile.name: profile for profile in show.profiles}}
    return {name: output_name(show, stem, profile) for name, profile in known.items()}


def make_runner(project: Project, options: AssembleOptions) -> Runner:
    """The runner of an episode: the show's cache, the episode's records, the build folder.

    Raises:
        UsageError: the environment's limit for the cache is no size.
    """
    build = options.out or project.build
    records = Records(records_file(project, options))
    return Runner(Store(project.cache / "cache", cache_limit_bytes()), records, build, fresh=options.fresh)


def records_file(project: Project, options: AssembleOptions) -> Path:
    """Where it is remembered what the episode was last made from."""
    return project.cache / RECORDS_FOLDER / f"{mark_of(project, options)}.json"


def kept_lock(project: Project, options: AssembleOptions) -> EpisodeLock:
    """What earlier builds decided; of a damaged lock nothing is left, where it is to be made anew anyway.

    Raises:
        CacheError: the lock is damaged; with its lines.
    """
    try:
        return read_lock(project.folder / LOCK_FILE)
    except ManifestError as error:
        if options.relock:
            return EpisodeLock()
        raise CacheError(
            f"{project.name}: {LOCK_FILE} is damaged",
            hint="take it back from version control, or let `podtool assemble --relock` make it anew",
            problems=error.problems,
        ) from error


def mark_of(project: Project, options: AssembleOptions) -> str:
    """Tells an episode's builds from all others of the show, in names of cache files."""
    out = options.out
    where = project.name if out is None else f"{project.name} {out.resolve().as_posix()}"
    return digest_of(where)[:16]


def studio_rate(show: Show) -> int:
    """The rate at which a show is mixed."""
    rate = show.profiles[0].sample_rate_hz
    return rate if rate in STUDIO_RATES_HZ else STUDIO_RATES_HZ[0]
