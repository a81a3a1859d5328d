"""Where specifications, directories and validators disagree: who wants what, and what podtool does.

Sources: RSS 2.0; Apple Podcasts' feed requirements; the Podcast Standards Project's PSP-1; the Podcasting 2.0
namespace; Spotify's and the W3C's own words on feeds; RFC 5005.
"""

from __future__ import annotations

from collections.abc import Mapping

DISAGREEMENTS: Mapping[str, str] = {
    "SHOW-005": (
        "Apple stopped reading itunes:owner in 2023; Spotify and others still write to it to prove that "
        "a show is yours, and PSP-1 leaves it open. podtool writes it where show.yaml has an `owner`, "
        "and only notes its absence."
    ),
    "SHOW-007": (
        "The namespace makes podcast:guid from the feed's first address; a feed that has moved keeps "
        "the guid of the old one, and hosts have made guids of other addresses. podtool makes it once, "
        "never changes it, and only notes the difference."
    ),
    "SHOW-011": (
        "Apple takes M4A and MP3; RSS takes any type, and some apps play Opus. podtool puts the first "
        "profile into the enclosure and all others into podcast:alternateEnclosure."
    ),
    "EPISODE-004": (
        "Apple wants neither number nor show's name in item/title; apps that show no number of their "
        "own leave listeners without one. podtool warns, and writes the title as it stands."
    ),
    "EPISODE-006": (
        "Apple reads itunes:episode only if it isn't zero; podcast:episode may be 0. podtool leaves the "
        "first out for 0 and writes the second."
    ),
    "COVER-002": (
        "Apple takes 1400 to 3000 pixels; Spotify takes 640 and more; PSP-1 follows Apple; the "
        "namespace has no limit. podtool holds to Apple's, which all others accept."
    ),
    "COVER-005": (
        "Apple refuses an alpha channel, even one that is opaque; others paint it black or white. "
        "podtool calls transparency an error."
    ),
    "MEDIA-001": (
        "Apple: -16 LUFS ±1; Spotify turns everything to -14; EBU R 128, for radio: -23 ±0.5. podtool "
        "makes -16 in stereo and -19 in mono, which sounds as loud, and lets each profile choose."
    ),
    "MEDIA-005": (
        "Apple reads a variable bit rate, but advises a constant one, by which players seek exactly; "
        "LAME sounds better with a variable one. podtool makes a constant one unless a profile says "
        "`V0` to `V9`."
    ),
    "TAGS-004": (
        "ID3v2.4 is newer; Windows' Explorer, many cars and iTunes' own files are at home in v2.3. "
        "podtool writes v2.3 with what both understand."
    ),
    "CHAPTERS-005": (
        "JSON Chapters and ID3 let the first chapter begin anywhere; Apple makes chapters of a "
        "description's time stamps only if the first is 00:00. podtool warns."
    ),
    "CHAPTERS-006": (
        "JSON Chapters and ID3 ask for no number of chapters; Apple makes chapters of a description's "
        "time stamps from three on. podtool leaves the stamps out below three."
    ),
    "FEED-005": (
        "Apple's list of 2019 is what Spotify, Amazon and PSP-1 go by; older validators and feedgen "
        "still have the list before it; the namespace has none. podtool holds to Apple's, to the "
        "letter."
    ),
    "FEED-006": (
        "Apple and PSP-1: `true` or `false`. Apple's own pages of before 2020, older validators and "
        "feedgen: `yes`, `no`, `clean`. podtool writes `true` or `false`, and reads all of them."
    ),
    "FEED-007": (
        "RSS 2.0 asks for no link to itself; PSP-1, WebSub and the W3C's validator do. podtool writes it."
    ),
    "FEED-010": (
        "RSS 2.0 takes a guid for an address unless isPermaLink says `false`; Apple and PSP-1 want any "
        "text that never changes; the W3C's validator refuses a permalink that is no address. podtool "
        "says `false` for its own guids, and keeps what an imported feed says of an address."
    ),
    "FEED-013": (
        "PSP-1 forbids one enclosure in two items; RSS 2.0 doesn't, and hosts repeat an episode under a "
        "new guid. podtool refuses it for sound of its own, and keeps an imported repeat."
    ),
    "FEED-015": (
        "RSS 2.0 names RFC 822, with two-digit years and zones in letters; Apple and PSP-1 want RFC "
        "2822; apps differ about `EST` or a wrong weekday. podtool writes four digits, the right "
        "weekday and a numeric zone, which all of them read."
    ),
    "FEED-016": (
        "Apple wants a number that isn't zero for each episode of a serial show; PSP-1 and the "
        "namespace leave it open. podtool holds to Apple's."
    ),
    "FEED-017": (
        "Apple and PSP-1: at most 4000 bytes of description; RSS has no limit; apps cut where they "
        "please. podtool cuts the description between words and keeps the whole text in "
        "content:encoded."
    ),
    "FEED-018": (
        "Apple: p, ol, ul, li and a; most apps also b, i, strong, em and br; RSS says nothing. podtool "
        "writes no other tags in a description; content:encoded and the page have more."
    ),
    "FEED-019": (
        "Apple prefers seconds and takes HH:MM:SS as well; PSP-1 wants seconds; older hosts write "
        "MM:SS. podtool writes whole seconds."
    ),
    "FEED-020": (
        "PSP-1 recommends the itunes: twins of RSS's own elements; Apple takes either; the W3C's "
        "validator asks for neither. podtool writes both."
    ),
    "FEED-022": (
        "PSP-1 wants neither the word «copyright» nor © nor a year, since apps add them; Apple's "
        "examples have them. podtool writes the licence in words, and only warns."
    ),
    "FEED-025": (
        "The namespace takes a missing role for «host», whatever the case of the word; the taxonomy has "
        "groups, two of which have an «Editor». podtool always writes role and group."
    ),
    "FEED-026": (
        "The namespace's list has five licences; SPDX has hundreds, and apps know few of either. "
        "podtool writes the list's word where it has one, else the SPDX id, and always the address."
    ),
    "FEED-027": (
        "The namespace says application/x-subrip for SRT, its first version said application/srt; for "
        "chapters application/json+chapters, and hosts write application/json. podtool writes the first "
        "of each."
    ),
    "FEED-042": (
        "Apple obeys only `Yes` and takes anything else for absence; hosts write `No`, which validators "
        "pass. podtool writes the element only to say `Yes`."
    ),
    "FEED-044": (
        "RFC 5005 calls the page before `previous`; IANA's list of relations also has `prev`. podtool "
        "writes the RFC's."
    ),
}
"""By rule: each names the parties first, and last what podtool does."""
