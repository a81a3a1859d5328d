import io
import struct
import zlib

import eyed3
import mutagen.id3 as m
import pytest
from mutagen.apev2 import APEv2
from tag_samples import CHAPTERS, full_tags, make_image, make_sound

from podtool.publish.id3 import render_id3
from podtool.publish.tags import EpisodeTags, audio_digest, read_tags, write_tags


def frames_in(data: bytes) -> list[tuple[bytes, int, bytes]]:
    """The frames as they stand in the bytes; read by hand, from ID3v2.3.0, 3.1 and 3.3."""
    assert data[:6] == b"ID3\x03\x00\x00"
    assert max(data[6:10]) < 0x80
    end, position, found = 10 + (data[6] << 21 | data[7] << 14 | data[8] << 7 | data[9]), 10, []
    while position < end and data[position]:
        name, length, flags = struct.unpack(">4sIH", data[position : position + 10])
        found.append((name, flags, data[position + 10 : position + 10 + length]))
        position += 10 + length
    assert not any(data[position:end])
    return found


def starts_in(data: bytes) -> list[int]:
    return [
        struct.unpack(">I", body.split(b"\0", 1)[1][:4])[0]
        for name, _, body in frames_in(data)
        if name == b"CHAP"
    ]


def tag_with(path, *frames, **options):
    tag = m.ID3()
    for frame in frames:
        tag.add(frame)
    tag.save(path, **options)
    return path


@pytest.fixture
def mp3(tmp_path):
    return make_sound(tmp_path / "a.mp3")


def test_chapters_stand_in_time_order_in_the_file(mp3):
    write_tags(mp3, full_tags())
    assert starts_in(mp3.read_bytes()) == [chapter.start_ms for chapter in CHAPTERS]
    names = [name for name, _, _ in frames_in(mp3.read_bytes())]
    assert names.index(b"CTOC") < names.index(b"CHAP")
    assert names[0] == b"TIT2"
    assert names[-1] == b"APIC"


def test_stock_mutagen_still_turns_chapters_round(mp3):
    """The trap that order_frames is for; when this fails, mutagen has learnt and order_frames may go."""
    write_tags(mp3, full_tags())
    m.ID3(mp3).save(mp3, v2_version=3)
    assert starts_in(mp3.read_bytes()) != [chapter.start_ms for chapter in CHAPTERS]
    assert "CHAP frames don't stand in time order in the file" in read_tags(mp3).problems
    write_tags(mp3, EpisodeTags(title="no chapters given"))
    assert starts_in(mp3.read_bytes()) == [chapter.start_ms for chapter in CHAPTERS]


def test_one_contents_frame_lists_every_chapter(mp3):
    write_tags(mp3, full_tags())
    write_tags(mp3, full_tags())
    contents = [body for name, _, body in frames_in(mp3.read_bytes()) if name == b"CTOC"]
    assert contents == [
        b"toc\x00\x03\x04chp0\x00chp1\x00chp2\x00chp3\x00"
    ]  # top-level and ordered: bits 1 and 0


def test_a_chapter_holds_times_title_address_and_picture(mp3):
    write_tags(mp3, full_tags())
    chapters = [frame for frame in m.ID3(mp3).values() if frame.FrameID == "CHAP"]
    for frame, chapter in zip(chapters, CHAPTERS, strict=True):
        assert (frame.start_time, frame.end_time) == (chapter.start_ms, chapter.end_ms)
        assert (frame.start_offset, frame.end_offset) == (0xFFFFFFFF, 0xFFFFFFFF)
        assert frame.sub_frames["TIT2"].text == [chapter.title]
    assert chapters[1].sub_frames["WXXX:"].url == "https://example.org/q"
    assert chapters[2].sub_frames["APIC:"].data == make_image(size=(16, 16))


def test_every_frame_of_the_standard_is_there(mp3):
    write_tags(mp3, full_tags())
    names = {name.decode() for name, _, _ in frames_in(mp3.read_bytes())}
    row = (
        "TIT2 TIT3 TALB TPE1 TPE2 TRCK TPOS TDRC TDRL TCON TLAN TCOP WCOP WOAF WOAS WFED TGID TDES TKWD TCAT "
        "PCST TIPL TMCL COMM USLT APIC CHAP CTOC TXXX TYER TDAT IPLS"
    )
    assert names == set(row.split())
    tag = m.ID3(mp3, translate=False)
    assert (str(tag["TYER"]), str(tag["TDAT"])) == ("2023", "2209")
    assert tag["IPLS"].people == [list(pair) for pair in (*full_tags().people, *full_tags().musicians)]
    assert tag["TLAN"].text == ["fra"]
    assert tag["TCON"].text == ["Podcast"]
    assert {frame.desc for frame in tag.getall("TXXX")} == {"LICENSE", "ATTRIBUTION", "RECORDED"}
    assert (tag.getall("COMM")[0].lang, tag.getall("USLT")[0].lang) == ("fra", "fra")
    assert tag.getall("APIC")[0].type == 3


def test_frames_hold_what_v23_could_hold(mp3):
    write_tags(mp3, full_tags())
    for name, flags, body in frames_in(mp3.read_bytes()):
        assert flags == 0
        if name[:1] == b"T" or name in {b"COMM", b"USLT", b"APIC", b"IPLS", b"WFED"}:
            assert body[0] in {0, 1}, name  # ISO-8859-1 or UTF-16 with its mark
        if name[:1] == b"T" and name not in {b"TXXX", b"TIPL", b"TMCL", b"IPLS"}:
            text = body[1:].decode("latin-1" if body[0] == 0 else "utf-16")
            assert "\0" not in text.rstrip("\0")


def test_the_info_frame_follows_the_tag(mp3):
    before = mp3.read_bytes()
    assert before[:2] in {b"\xff\xfb", b"\xff\xf3"}
    assert b"Info" in before[:200] or b"Xing" in before[:200]
    write_tags(mp3, full_tags())
    after = mp3.read_bytes()
    assert after.endswith(before)
    assert len(after) - len(before) == read_tags(mp3).tag_bytes


def test_what_podtool_does_not_set_stays(mp3):
    tag_with(
        mp3,
        m.TXXX(encoding=3, desc="REPLAYGAIN_TRACK_GAIN", text=["-3 dB"]),
        m.COMM(encoding=0, lang="eng", desc="iTunNORM", text=["0000"]),
        m.PRIV(owner="someone", data=b"\x00\x01"),
        m.APIC(encoding=0, mime="image/png", type=8, desc="", data=b"an artist"),
        m.APIC(encoding=0, mime="image/png", type=3, desc="old", data=b"an old cover"),
        m.POPM(email="me@example.org", rating=255, count=3),
        m.COMM(encoding=0, lang="eng", desc="", text=["an old comment"]),
        m.TIT2(encoding=0, text=["an old title"]),
    )
    write_tags(mp3, full_tags(), clear=True)
    tag = m.ID3(mp3)
    assert tag["TXXX:REPLAYGAIN_TRACK_GAIN"].text == ["-3 dB"]
    assert tag["COMM:iTunNORM:eng"].text == ["0000"]
    assert tag["PRIV:someone:\x00\x01"].data == b"\x00\x01"
    assert tag["POPM:me@example.org"].rating == 255
    assert [frame.type for frame in tag.getall("APIC")] == [3, 8]  # the cover first
    assert [frame.desc for frame in tag.getall("COMM")] == ["iTunNORM", ""]
    assert tag["TIT2"].text == [full_tags().title]


def raw_tag(version: int, *frames: tuple[bytes, int, bytes], flags: int = 0) -> bytes:
    def size_of(length: int) -> bytes:
        bits = 7 if version == 4 else 8
        return bytes(length >> bits * n & (1 << bits) - 1 for n in (3, 2, 1, 0))

    body = b"".join(name + size_of(len(b)) + f.to_bytes(2) + b for name, f, b in frames)
    length = bytes(len(body) >> 7 * n & 0x7F for n in (3, 2, 1, 0))
    return b"ID3" + bytes([version, 0, flags]) + length + body


@pytest.mark.parametrize("version", [3, 4])
def test_frames_nobody_knows_stay(mp3, version):
    body = bytes(range(200))
    mp3.write_bytes(raw_tag(version, (b"XYZW", 0, body), (b"TIT2", 0, b"\0old")) + mp3.read_bytes())
    digest = audio_digest(mp3)
    for _ in range(2):
        write_tags(mp3, full_tags())
        assert [frame for frame in frames_in(mp3.read_bytes()) if frame[0] == b"XYZW"] == [(b"XYZW", 0, body)]
    assert audio_digest(mp3) == digest


def test_unsynchronised_strangers_are_put_right():
    tag = raw_tag(4, (b"XYZW", 0, b"\xff\x00\xfe"), flags=0x80)
    assert (b"XYZW", 0, b"\xff\xfe") in frames_in(render_id3(full_tags(), tag))


def test_flags_of_v24_become_those_of_v23():
    # encrypted by method 7, in group 9: v2.4.0, 4.1, has the group first, v2.3.0, 3.3.1, the method
    tag = raw_tag(4, (b"TIT1", 0x4044, b"\x09\x07secret"))
    found = [frame for frame in frames_in(render_id3(full_tags(), tag)) if frame[0] == b"TIT1"]
    assert found == [(b"TIT1", 0x8060, b"\x07\x09secret")]
    packed = zlib.compress(b"\0text")
    tag = raw_tag(4, (b"XYZW", 0x0009, b"\0\0\0\x05" + packed))
    found = [frame for frame in frames_in(render_id3(full_tags(), tag)) if frame[0] == b"XYZW"]
    assert found == [(b"XYZW", 0x0080, b"\0\0\0\x05" + packed)]


def test_a_v24_tag_is_taken_over(mp3):
    tag_with(
        mp3,
        m.TDRC(encoding=3, text=["2019-05-06T07:08"]),
        m.TSOP(encoding=3, text=["Söhne, Die ’"]),
        m.TPE4(encoding=3, text=["One", "Two"]),
        m.TIPL(encoding=3, people=[["producer", "Zoë ’"]]),
    )
    write_tags(mp3, EpisodeTags(title="New"))
    tag = m.ID3(mp3, translate=False)
    assert (str(tag["TYER"]), str(tag["TDAT"]), str(tag["TIME"])) == ("2019", "0605", "0708")
    assert (str(tag["TDRC"]), str(tag["TSOP"])) == ("2019-05-06 07:08", "Söhne, Die ’")
    assert tag["TPE4"].text == ["One", "Two"]
    assert tag["IPLS"].people == tag["TIPL"].people == [["producer", "Zoë ’"]]


def test_the_feed_is_a_text_frame_as_apple_writes_it(mp3):
    write_tags(mp3, full_tags())
    assert (b"WFED", 0, b"\0https://example.org/feed.xml") in frames_in(mp3.read_bytes())
    write_tags(mp3, EpisodeTags(title="New"))
    assert (b"WFED", 0, b"\0https://example.org/feed.xml") in frames_in(mp3.read_bytes())


@pytest.mark.parametrize(
    "body", [b"https://example.org/f", b"\0https://example.org/f", "\x01https://example.org/f"]
)
def test_the_feed_is_read_with_and_without_encoding(mp3, body):
    if isinstance(body, str):
        body = b"\x01" + body[1:].encode("utf-16")
    mp3.write_bytes(raw_tag(3, (b"WFED", 0, body)) + mp3.read_bytes())
    assert read_tags(mp3).values == {"feed_url": "https://example.org/f"}


def test_a_v23_tag_is_taken_over(mp3):
    texts = ((b"TYER", 0, b"\x002019"), (b"TPE4", 0, b"\0Remixer"), (b"TSIZ", 0, b"\x0012"))
    tag = raw_tag(3, *texts, (b"RVAD", 0, b"\x02\x10\0\0\0\0"))
    mp3.write_bytes(tag + mp3.read_bytes())
    facts = read_tags(mp3)
    assert facts.values["date"] == "2019"
    assert facts.problems == ()
    write_tags(mp3, EpisodeTags(title="New"))
    tag = m.ID3(mp3, translate=False)
    assert (str(tag["TYER"]), str(tag["TPE4"]), str(tag["TSIZ"])) == ("2019", "Remixer", "12")
    assert "RVAD" in tag
    assert read_tags(mp3).problems == ()


def test_a_v22_tag_is_taken_over(mp3):
    def frame(name, body):
        return name + len(body).to_bytes(3) + body

    inside = frame(b"TT2", b"\0Old") + frame(b"TP4", b"\0Remixer") + frame(b"XYZ", b"unknown")
    mp3.write_bytes(b"ID3\x02\0\0\0\0\0" + bytes([len(inside)]) + inside + mp3.read_bytes())
    facts = read_tags(mp3)
    assert (facts.values["title"], facts.problems) == ("Old", ("the tag is ID3v2.2, which few read today",))
    write_tags(mp3, EpisodeTags(album="New"))
    tag = m.ID3(mp3)
    assert (str(tag["TIT2"]), str(tag["TPE4"]), str(tag["TALB"])) == ("Old", "Remixer", "New")


def test_id3v1_goes_and_its_values_stay(mp3):
    sound = mp3.read_bytes()
    digest = audio_digest(mp3)
    tag_with(mp3, m.TIT2(encoding=0, text=["Old"]), m.TPE1(encoding=0, text=["Band"]), v1=2)
    assert mp3.read_bytes()[-128:-125] == b"TAG"
    assert "an ID3v1 tag stands at the end of the file" in read_tags(mp3).problems
    mp3.write_bytes(sound + mp3.read_bytes()[-128:])  # v1 alone
    assert read_tags(mp3).values["artist"] == "Band"
    assert audio_digest(mp3) == digest
    write_tags(mp3, EpisodeTags(title="New"))
    assert mp3.read_bytes().endswith(sound)
    facts = read_tags(mp3)
    assert (facts.values["title"], facts.values["artist"], facts.problems) == ("New", "Band", ())


def test_an_ape_tag_stays_and_is_told(mp3):
    digest = audio_digest(mp3)
    tag_with(mp3, m.TIT2(encoding=0, text=["Old"]), v1=2)
    ape = APEv2()
    ape["MP3GAIN_UNDO"] = "+003,+003,N"
    ape.save(mp3)
    assert audio_digest(mp3) == digest
    write_tags(mp3, full_tags())
    assert audio_digest(mp3) == digest
    assert str(APEv2(mp3)["MP3GAIN_UNDO"]) == "+003,+003,N"
    assert read_tags(mp3).problems == ("an APE tag stands at the end of the file",)


def test_problems_of_contents_are_told(mp3):
    def chapter(name, start, end):
        title = m.TIT2(encoding=3, text=["x" * start])
        return m.CHAP(element_id=name, start_time=start, end_time=end, sub_frames=[title])

    def contents(name, flags, *names):
        return m.CTOC(element_id=name, flags=flags, child_element_ids=list(names), sub_frames=[])

    tag_with(mp3, chapter("a", 50, 40), chapter("b", 0, 50))
    assert read_tags(mp3).problems == (
        "a CHAP frame ends before it starts",
        "no CTOC frame lists the CHAP frames",
    )
    tag_with(mp3, chapter("a", 0, 40), contents("t", 0, "a"), contents("u", 2, "gone"))
    assert read_tags(mp3).problems == (
        "2 CTOC frames; there should be one",
        "the CTOC frame isn't marked ordered",
        "the CTOC frame doesn't list every CHAP frame",
        "the CTOC frame lists chapters that aren't there",
    )


def test_large_tags_and_covers_are_told(mp3):
    tag_with(
        mp3, m.APIC(encoding=0, mime="image/jpeg", type=3, desc="", data=b"\xff\xd8\xff" + bytes(500_000))
    )
    problems = read_tags(mp3).problems
    assert len(problems) == 2
    assert "more than 300000" in problems[0]
    assert "the cover takes 500003 bytes" in problems[1]


def test_a_tag_with_a_footer_is_replaced_whole(mp3):
    sound = mp3.read_bytes()
    tag = bytearray(raw_tag(4, (b"TIT2", 0, b"\0old"), flags=0x10))
    mp3.write_bytes(bytes(tag) + b"3DI" + bytes(tag[3:10]) + sound)
    write_tags(mp3, full_tags())
    assert mp3.read_bytes().endswith(sound)
    assert b"3DI" not in mp3.read_bytes()


def test_control_characters_are_not_read(mp3):
    tag_with(mp3, m.TIT2(encoding=3, text=["a\x1b[31mb\x00c\x9b"]))
    assert read_tags(mp3).values["title"] == "a[31mb\nc"


def test_eyed3_reads_the_same(mp3, caplog):
    write_tags(mp3, full_tags())
    tag = eyed3.load(str(mp3)).tag
    assert tag.version == (2, 3, 0)
    assert (tag.title, tag.album, tag.artist) == (full_tags().title, full_tags().album, full_tags().artist)
    assert (tag.track_num[0], tag.disc_num[0], tag.genre.name) == (8, 1, "Podcast")
    assert str(tag.recording_date) == "2023-09-22"
    assert tag.frame_set[b"TDRL"][0].text == "2023-10-01T06:30:00"
    assert tag.frame_set[b"WFED"][0].text == full_tags().feed_url
    assert tag.images[0].image_data == full_tags().cover.data
    assert tag.lyrics[0].text == full_tags().transcript
    assert tag.comments[0].text == full_tags().description
    assert tag.user_text_frames.get("LICENSE").text == "CC-BY-2.0"
    assert tag.copyright_url == full_tags().licence_url
    assert [(c.element_id, c.times, c.title) for c in tag.chapters] == [
        (b"chp%d" % n, (c.start_ms, c.end_ms), c.title) for n, c in enumerate(CHAPTERS)
    ]
    contents = list(tag.table_of_contents)
    assert [(toc.toplevel, toc.ordered, len(toc.child_ids)) for toc in contents] == [(True, True, 4)]
    assert [
        message for message in caplog.messages if "IPLS" not in message
    ] == []  # eyeD3 has no class for it


def test_the_tag_is_small_and_padded_alike():
    data = render_id3(full_tags())
    assert data.endswith(bytes(1024))
    assert io.BytesIO(data).read(3) == b"ID3"
