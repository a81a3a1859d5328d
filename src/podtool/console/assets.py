"""What `assets` tells: the ledger of works, and a new one."""

from __future__ import annotations

from rich.text import Text

from podtool.console.layout import calm_table
from podtool.console.screen import Screen
from podtool.console.wording import one_line
from podtool.workflow.asset_results import AddedAsset, AssetsResult


def show_assets(screen: Screen, result: AssetsResult) -> None:
    """One line per work: id, title, creator, licence, where it is used, its file."""
    if not result.rows:
        screen.show(Text("no assets yet: podtool assets add FILE", style="quiet"))
        return
    table = calm_table("id", "title", "creator", "licence", "used in", "file", whole=(0, 3))
    for row in result.rows:
        cells = [
            Text(one_line(value) if value else "not stated", style="" if value else "warn")
            for value in (row.title, row.creator, row.licence)
        ]
        used = ", ".join("this folder" if name == "." else name for name in row.used_in) or "never"
        table.add_row(
            Text(one_line(row.id)),
            *cells,
            Text(one_line(used), style="" if row.used_in else "quiet"),
            Text(one_line(row.file), style="quiet"),
        )
    screen.show(table)


def show_added(screen: Screen, added: AddedAsset) -> None:
    """Where the work went, what was written, where it came from, and what is still to be found out."""
    screen.show(Text.assemble(("added ", "good"), one_line(f"{added.id} to {added.owner} ({added.file})")))
    for key, value in added.values.items():
        source = " (from the file)" if key in added.from_file else ""
        screen.show(Text.assemble((f"  {key}: ", "key"), one_line(value), (source, "quiet")))
    if added.missing:
        screen.show(Text(f"  still missing for its credit: {', '.join(added.missing)}", style="warn"))
    following = "show it: `image: {}`" if added.is_image else "play it in an episode: `- sting: {}`"
    screen.tell(Text.assemble(("next: ", "key"), following.format(added.id)))
