"""Jinja templates that a show may override: in a sandbox, everything escaped, errors in the user's words."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from traceback import walk_tb
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined
from jinja2.exceptions import TemplateError, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from podtool.errors import PublishError
from podtool.show.words import format_clock, say


def make_environment(overrides: Path | None = None) -> ImmutableSandboxedEnvironment:
    """Our templates behind the show's own; ``podtool/…`` names ours, so that an override can extend it.

    One for all pages, so that a template is compiled once. The show's own are read anew when they change;
    that there is a new one Jinja wouldn't see, so another list of them is another environment.
    """
    own = frozenset(path.name for path in overrides.iterdir()) if overrides else frozenset()
    return _make_environment(overrides, own)


@cache
def _make_environment(overrides: Path | None, own: frozenset[str]) -> ImmutableSandboxedEnvironment:
    del own
    ours = PackageLoader("podtool.publish", "templates")
    loaders = [ours, PrefixLoader({"podtool": ours})]
    return ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([FileSystemLoader(overrides), *loaders] if overrides else loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render_template(name: str, language: str, overrides: Path | None = None, **values: Any) -> str:
    """What the template makes of `values`; `say` and `clock` are there for its words.

    Args:
        name: the template's file name.
        language: BCP 47, for `say`.
        overrides: the show's ``templates`` folder; what isn't there comes from podtool.
        **values: what the template may use.

    Raises:
        PublishError: a template of the show's own is wrong.
    """
    words = partial(say, language=language)
    try:
        return make_environment(overrides).get_template(name).render(say=words, clock=format_clock, **values)
    except RecursionError as error:
        raise PublishError(
            f"templates/{name} extends or includes itself",
            hint=f'to build on podtool\'s own template, write {{% extends "podtool/{name}" %}}',
        ) from error
    except (
        TemplateError,
        OSError,
        ArithmeticError,
        AttributeError,
        LookupError,
        MemoryError,
        TypeError,
        ValueError,
    ) as error:
        raise PublishError(
            f"{_place(error, name, overrides)}: {_reason(error)}",
            hint="mend the template in the show's templates folder, or remove it to get podtool's own",
        ) from error


def _place(error: Exception, name: str, overrides: Path | None) -> str:
    """``templates/episode.html.j2:12``: Jinja gives a template's own name and lines to the traceback."""
    if isinstance(error, TemplateSyntaxError):
        return f"templates/{error.name or name}:{error.lineno}"
    frames = [(Path(frame.f_code.co_filename), line) for frame, line in walk_tb(error.__traceback__)]
    own = [(path, line) for path, line in frames if overrides and path.is_relative_to(overrides)]
    if overrides and own:
        path, line = own[-1]
        return f"templates/{path.relative_to(overrides).as_posix()}:{line}"
    return f"templates/{name}"


def _reason(error: Exception) -> str:
    return f"there is no template {error}" if isinstance(error, TemplateNotFound) else str(error)
