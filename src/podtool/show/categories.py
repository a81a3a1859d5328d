"""Apple's podcast categories: 19, with 91 subcategories, case-exact, each under its own parent; pure.

Source: Apple Podcasts categories (the list of 2019, still in force), which PSP-1 adopts.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from podtool.show.model import Category

APPLE_CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "Arts": ("Books", "Design", "Fashion & Beauty", "Food", "Performing Arts", "Visual Arts"),
    "Business": ("Careers", "Entrepreneurship", "Investing", "Management", "Marketing", "Non-Profit"),
    "Comedy": ("Comedy Interviews", "Improv", "Stand-Up"),
    "Education": ("Courses", "How To", "Language Learning", "Self-Improvement"),
    "Fiction": ("Comedy Fiction", "Drama", "Science Fiction"),
    "Government": (),
    "History": (),
    "Health & Fitness": (
        "Alternative Health",
        "Fitness",
        "Medicine",
        "Mental Health",
        "Nutrition",
        "Sexuality",
    ),
    "Kids & Family": ("Education for Kids", "Parenting", "Pets & Animals", "Stories for Kids"),
    "Leisure": (
        "Animation & Manga",
        "Automotive",
        "Aviation",
        "Crafts",
        "Games",
        "Hobbies",
        "Home & Garden",
        "Video Games",
    ),
    "Music": ("Music Commentary", "Music History", "Music Interviews"),
    "News": (
        "Business News",
        "Daily News",
        "Entertainment News",
        "News Commentary",
        "Politics",
        "Sports News",
        "Tech News",
    ),
    "Religion & Spirituality": (
        "Buddhism",
        "Christianity",
        "Hinduism",
        "Islam",
        "Judaism",
        "Religion",
        "Spirituality",
    ),
    "Science": (
        "Astronomy",
        "Chemistry",
        "Earth Sciences",
        "Life Sciences",
        "Mathematics",
        "Natural Sciences",
        "Nature",
        "Physics",
        "Social Sciences",
    ),
    "Society & Culture": (
        "Documentary",
        "Personal Journals",
        "Philosophy",
        "Places & Travel",
        "Relationships",
    ),
    "Sports": (
        "Baseball",
        "Basketball",
        "Cricket",
        "Fantasy Sports",
        "Football",
        "Golf",
        "Hockey",
        "Rugby",
        "Running",
        "Soccer",
        "Swimming",
        "Tennis",
        "Volleyball",
        "Wilderness",
        "Wrestling",
    ),
    "Technology": (),
    "True Crime": (),
    "TV & Film": ("After Shows", "Film History", "Film Interviews", "Film Reviews", "TV Reviews"),
}
"""Category → its subcategories."""

_BY_PATH: Mapping[str, Category] = {
    (f"{name} > {sub}" if sub else name).casefold(): Category(name=name, sub=sub)
    for name, subs in APPLE_CATEGORIES.items()
    for sub in (None, *subs)
}
_BY_SUB: Mapping[str, Category] = {
    category.sub.casefold(): category for category in _BY_PATH.values() if category.sub
}
_CLOSE = 0.6
"""How alike (difflib's ratio) two names must be for one to be a slip of the other."""


def is_apple_category(category: Category) -> bool:
    """Whether Apple lists it, to the letter and under this parent."""
    subs = APPLE_CATEGORIES.get(category.name)
    return subs is not None and (category.sub is None or category.sub in subs)


def is_same_category(category: Category, meant: Category) -> bool:
    """Whether they differ in nothing to ask about: in case, «and» for «&», the parent's name left out."""

    def words(name: str) -> str:
        return " ".join(name.casefold().replace("&", " and ").replace("-", " ").split())

    if category.sub is None:
        return words(category.name) == words(meant.sub or meant.name)
    return (words(category.name), words(category.sub)) == (words(meant.name), words(meant.sub or ""))


def suggest_category(category: Category) -> Category | None:
    """Apple's category that was probably meant: other case, a subcategory without its parent, a slip."""
    path = " > ".join(part.strip().casefold() for part in (category.name, category.sub or "") if part)
    last = path.rpartition(" > ")[2]
    if found := _BY_PATH.get(path) or _BY_SUB.get(last) or _BY_PATH.get(last):
        return found
    if near := difflib.get_close_matches(path, _BY_PATH, n=1, cutoff=_CLOSE):
        return _BY_PATH[near[0]]
    near = difflib.get_close_matches(last, _BY_SUB, n=1, cutoff=_CLOSE)
    return _BY_SUB[near[0]] if near else None
