from __future__ import annotations

import struct
import wave
from pathlib import Path

import mutagen.flac
import mutagen.id3
import mutagen.mp4
import pytest
from PIL import Image, PngImagePlugin
from tag_samples import make_sound

from podtool.errors import SourceError, TagError
from podtool.publish.work_facts import facts_from, read_work_facts
from podtool.publish.xmp import LARGEST_PACKET_BYTES, read_xmp
from podtool.show.facts import WorkFacts

SAID = WorkFacts(
    title="It Goes On...",
    creator="Sounds of Nowhere",
    source="https://example.org/it-goes-on",
    licence="CC-BY-SA-3.0-FR",
)
DEED = "http://creativecommons.org/licenses/by-sa/3.0/fr/"
XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:cc="http://creativecommons.org/ns#"
  xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" {attributes}>
<dc:title><rdf:Alt><rdf:li xml:lang="fr">Ça continue</rdf:li>
<rdf:li xml:lang="x-default">It Goes On...</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>Sounds of</rdf:li><rdf:li>Nowhere</rdf:li></rdf:Seq></dc:creator>
<dc:source>https://example.org/it-goes-on</dc:source>
<cc:license rdf:resource="http://creativecommons.org/licenses/by-sa/3.0/fr/"/>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def wav(path: Path, *chunks: tuple[bytes, bytes]) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(1600))
    content = path.read_bytes()
    for name, data in chunks:
        content += name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    path.write_bytes(content[:4] + struct.pack("<I", len(content) - 8) + content[8:])
    return path


def info(**values: str) -> tuple[bytes, bytes]:
    data = b"INFO"
    for name, text in values.items():
        raw = text.encode() + b"\0"
        data += name.encode() + struct.pack("<I", len(raw)) + raw + b"\0" * (len(raw) % 2)
    return b"LIST", data


def test_an_mp3s_frames(tmp_path: Path) -> None:
    path = make_sound(tmp_path / "a.mp3")
    tag = mutagen.id3.ID3()
    tag.add(mutagen.id3.TIT2(encoding=3, text=SAID.title))
    tag.add(mutagen.id3.TPE1(encoding=3, text=SAID.creator))
    tag.add(mutagen.id3.WOAF(url=SAID.source))
    tag.add(mutagen.id3.WCOP(url=DEED))
    tag.save(path)
    assert read_work_facts(path) == SAID


def test_old_copyright_frames_name_the_licence_in_a_sentence(tmp_path: Path) -> None:
    path = make_sound(tmp_path / "a.mp3")
    tag = mutagen.id3.ID3()
    tag.add(
        mutagen.id3.TCOP(encoding=3, text=f"2009 Somebody. Licensed to the public under {DEED} verify at x")
    )
    tag.save(path)
    assert read_work_facts(path) == WorkFacts(licence="CC-BY-SA-3.0-FR")


def test_vorbis_comments(tmp_path: Path) -> None:
    path = make_sound(tmp_path / "a.flac")
    file = mutagen.flac.FLAC(path)
    file["TITLE"], file["ARTIST"], file["LICENSE"] = SAID.title, SAID.creator, DEED
    file.save()
    assert read_work_facts(path) == WorkFacts(title=SAID.title, creator=SAID.creator, licence=SAID.licence)


def test_mp4_atoms(tmp_path: Path) -> None:
    path = make_sound(tmp_path / "a.m4a")
    file = mutagen.mp4.MP4(path)
    file["\xa9nam"], file["\xa9ART"], file["cprt"] = [SAID.title], [SAID.creator], ["© Somebody, CC BY 4.0"]
    file.save()
    assert read_work_facts(path) == WorkFacts(title=SAID.title, creator=SAID.creator, licence="CC-BY-4.0")


def test_a_wavs_info_and_bext(tmp_path: Path) -> None:
    path = wav(tmp_path / "a.wav", info(INAM="It Goes On...", IART="Sounds of Nowhere", ICOP=f"(c) x {DEED}"))
    assert read_work_facts(path) == WorkFacts(title=SAID.title, creator=SAID.creator, licence=SAID.licence)
    bext = b"CC BY 4.0".ljust(256, b"\0") + "Radio Été".encode("cp1252").ljust(32, b"\0") + bytes(314)
    assert read_work_facts(wav(tmp_path / "b.wav", (b"bext", bext))) == WorkFacts(
        creator="Radio Été", licence="CC-BY-4.0"
    )


def test_hostile_chunks_say_nothing(tmp_path: Path) -> None:
    long = b"INFO" + b"INAM" + struct.pack("<I", 0xFFFFFFF0) + b"It Goes On"
    assert read_work_facts(wav(tmp_path / "a.wav", (b"LIST", long))).title == "It Goes On"
    assert read_work_facts(wav(tmp_path / "b.wav", (b"LIST", b"INFO" + bytes(300_000)))) == WorkFacts()
    assert read_work_facts(wav(tmp_path / "c.wav", (b"bext", b"x"), (b"LIST", b"IN"))) == WorkFacts()


@pytest.mark.parametrize("kind", ["png", "jpg", "webp"])
def test_an_images_xmp(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    packet, image = XMP.format(attributes=""), Image.new("RGB", (8, 8))
    if kind == "png":
        extra = PngImagePlugin.PngInfo()
        extra.add_itxt("XML:com.adobe.xmp", packet)
        image.save(path, pnginfo=extra)
    else:
        image.save(path, xmp=packet.encode())
    said = read_work_facts(path)
    assert said == WorkFacts(
        title=SAID.title, creator="Sounds of, Nowhere", source=SAID.source, licence=SAID.licence
    )


def test_an_images_exif(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x013B], exif[0x8298] = "Somebody", "CC BY-NC 2.0"
    Image.new("RGB", (8, 8)).save(tmp_path / "a.jpg", exif=exif)
    assert read_work_facts(tmp_path / "a.jpg") == WorkFacts(creator="Somebody", licence="CC-BY-NC-2.0")


def test_properties_may_be_attributes() -> None:
    found = read_xmp(
        XMP.format(attributes=f'xmpRights:WebStatement="{DEED}x"').replace("cc:license", "cc:other").encode()
    )
    assert found["licence_url"] == f"{DEED}x"


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<rdf:Description><dc:title>&b;</dc:title></rdf:Description></rdf:RDF>"
)


@pytest.mark.parametrize(
    "packet",
    [b"", b"<", b"no XML", BOMB.encode(), BOMB.replace('"aaaaaaaaaa"', 'SYSTEM "file:///etc/passwd"').encode(),
     XMP.format(attributes="").encode() + b" " * LARGEST_PACKET_BYTES],
)  # fmt: skip
def test_hostile_packets_say_nothing(packet: bytes) -> None:
    assert read_xmp(packet) == {}


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        read_work_facts(tmp_path / "none.mp3")
    broken = tmp_path / "a.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n" + b"x" * 20)
    with pytest.raises(TagError):
        read_work_facts(broken)
    stranger = tmp_path / "a.txt"
    stranger.write_text("words", encoding="utf-8")
    assert read_work_facts(stranger) == WorkFacts()


def test_controls_and_endless_texts_are_cut() -> None:
    said = facts_from({"title": "A\x00\x1b[31mB\u202e" + "x" * 9000})
    assert said.title is not None
    assert len(said.title) <= 2000
    assert not set(said.title) & {"\x00", "\x1b", "\u202e"}
