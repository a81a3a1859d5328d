"""Who is measured: podtool in what its users do, the floor that nobody gets below, and the others."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import av
import numpy as np

from job import BED_DB, BED_FROM_S, DUCK_DB, HERE, RECORDINGS, Edit, Job, write_episode
from measure import Run, ScratchWatch, Sounding, by_ffmpeg, by_podtool, timed

KBPS, QUALITY = 128, 5
"""podtool's podcast profile."""
LOUDNORM = "loudnorm=I=-16:TP=-1:LRA=11"


@dataclass(frozen=True, kw_only=True)
class Result:
    """One row of the table; `run` is None for what isn't installed."""

    name: str
    run: Run | None
    sounding: Sounding | None = None
    scratch_bytes: int = 0


@dataclass(frozen=True)
class Bench:
    """All contenders over one job.

    Args:
        job: made before.
        threads: of the floor.
    """

    job: Job
    threads: int = 2

    @property
    def notes(self) -> Path:
        """Where what is made here goes."""
        return self.job.folder.with_name(self.job.folder.name + "-made")

    def podtool(
        self, name: str, edit: Edit = "none", *, jobs: int | None = None, cold: bool = False
    ) -> Result:
        """`podtool assemble` after an edit, in a process of its own."""
        write_episode(self.job, edit)
        if cold:
            for made in (".podtool", "build"):
                shutil.rmtree(self.job.folder / made, ignore_errors=True)
            (self.job.folder / "episode.lock").unlink(missing_ok=True)
        command = [sys.executable, "-m", "podtool", "assemble", ".", "-q"]
        command += ["--jobs", str(jobs)] if jobs else []
        with ScratchWatch(self.job.folder / ".podtool/scratch") as watch:
            run = timed(command, folder=self.job.folder, notes=self.notes)
        write_episode(self.job)
        heard = by_ffmpeg(self.made) or by_podtool(self.made) if cold and not jobs else None
        return Result(name=name, run=run, sounding=heard, scratch_bytes=watch.peak_bytes)

    @property
    def made(self) -> Path:
        """The finished MP3."""
        report = json.loads((self.job.folder / "build/report.json").read_text(encoding="utf-8"))
        return self.job.folder / report["files"][0]["path"]

    @cached_property
    def mix(self) -> Path:
        """The finished mix as a 16-bit WAV: what the floor, `lame` and ffmpeg-normalize begin with."""
        path = self.notes / "mix.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        with av.open(str(self.made)) as source, wave.open(str(path), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(44_100)
            for frame in source.decode(audio=0):
                pcm = np.clip(np.rint(frame.to_ndarray() * 32_767), -32_768, 32_767).astype("<i2")
                file.writeframes(np.ascontiguousarray(pcm.T).tobytes())
        return path

    def floor(self) -> Result:
        """LAME alone on all threads."""
        command = [
            sys.executable,
            str(HERE / "floor.py"),
            str(self.mix),
            str(self.threads),
            str(KBPS),
            str(QUALITY),
        ]
        return Result(name=f"floor: LAME on {self.threads} threads", run=self._timed(command))

    def lame(self) -> Result:
        """The `lame` program, on its one thread."""
        out = self.notes / "lame.mp3"
        command = ["lame", "--silent", "-q", str(QUALITY), "-b", str(KBPS), str(self.mix), str(out)]
        return self._rival("lame on the finished mix", "lame", command, out)

    def normalize(self) -> Result:
        """ffmpeg-normalize on the finished mix: two passes and an encode."""
        out = self.notes / "normalized.mp3"
        command = ["ffmpeg-normalize", str(self.mix), "-o", str(out), "-f", "-t", "-16", "-tp", "-1"]
        command += ["-c:a", "libmp3lame", "-b:a", f"{KBPS}k", "-ar", "44100"]
        return self._rival("ffmpeg-normalize, mix only", "ffmpeg-normalize", command, out)

    def pydub(self) -> Result:
        """A plain script."""
        out = self.notes / "pydub.mp3"
        command = [sys.executable, str(HERE / "plain_pydub.py"), str(self.job.folder), str(out)]
        return self._rival("plain pydub script", "ffmpeg", [*command, str(self.job.minutes)], out)

    def loudnorm(self) -> Result:
        """ffmpeg mixing the same sources with loudnorm, once to measure and once to make."""
        name, out = "ffmpeg, two-pass loudnorm", self.notes / "loudnorm.mp3"
        if shutil.which("ffmpeg") is None:
            return Result(name=name, run=None)
        first = self._timed(self._ffmpeg(f"{LOUDNORM}:print_format=json", ["-f", "null", "-"]))
        found = json.loads(first.stderr[first.stderr.rindex("{") : first.stderr.rindex("}") + 1])
        measured = ":".join(
            f"measured_{key}={found[f'input_{said}']}"
            for key, said in (("I", "i"), ("TP", "tp"), ("LRA", "lra"), ("thresh", "thresh"))
        )
        encode = ["-ar", "44100", "-c:a", "libmp3lame", "-b:a", f"{KBPS}k", "-y", str(out)]
        second = self._timed(
            self._ffmpeg(f"{LOUDNORM}:{measured}:offset={found['target_offset']}:linear=true", encode)
        )
        return Result(name=name, run=first.then(second), sounding=by_ffmpeg(out))

    def _ffmpeg(self, last: str, output: list[str]) -> list[str]:
        job = self.job
        files = ["music/theme.wav", *(each.file for each in RECORDINGS), "music/bed.wav"]
        inputs = [part for file in files for part in ("-i", str(job.folder / file))]
        form = "aformat=sample_rates=44100:channel_layouts=stereo"
        quieter = f"volume={BED_DB - DUCK_DB}dB"
        graph = [
            f"[0]{form},asplit[t1][t2]",
            f"[t1]atrim=0:{job.intro_s}[intro]",
            f"[t2]atrim=0:{job.outro_s},afade=out:st={job.outro_s - 2}:d=2[outro]",
            f"[1]{form}[a]",
            f"[2]{form}[b]",
            f"[3]{form}[c]",
            f"[4]{form},atrim={BED_FROM_S}:{BED_FROM_S + job.bed_s},asetpts=PTS-STARTPTS,{quieter}[bed]",
            "[a][bed]amix=duration=first:normalize=0[ab]",
            f"[intro][ab]acrossfade=d={job.crossfade_s}[x]",
            "[x][b][c]concat=n=3:v=0:a=1[y]",
            f"[y][outro]acrossfade=d={job.crossfade_s},{last}[z]",
        ]
        head = ["ffmpeg", "-nostdin", "-hide_banner", "-nostats"]
        return [*head, *inputs, "-filter_complex", ";".join(graph), "-map", "[z]", *output]

    def _rival(self, name: str, program: str, command: list[str], out: Path) -> Result:
        if shutil.which(program) is None:
            return Result(name=name, run=None)
        return Result(name=name, run=self._timed(command), sounding=by_ffmpeg(out))

    def _timed(self, command: list[str]) -> Run:
        self.notes.mkdir(parents=True, exist_ok=True)
        return timed(command, folder=self.notes, notes=self.notes)


def versions() -> Iterator[str]:
    """Of what is measured, for the record."""
    for program, flag in (("ffmpeg", "-version"), ("lame", "--version"), ("ffmpeg-normalize", "--version")):
        if shutil.which(program):
            done = subprocess.run([program, flag], capture_output=True, text=True, check=False)
            yield (done.stdout or done.stderr).splitlines()[0]
