"""What a podcaster with pydub writes on an afternoon: `plain_pydub.py JOB_FOLDER OUT.mp3`. Needs ffmpeg.

The same episode as podtool's: sting, three recordings with a ducked bed under the first, outro. Loudness is
set by the average level, as pydub knows no LUFS; chapters, tags and true peaks are left out.
"""

import sys
from pathlib import Path

from pydub import AudioSegment

from job import BED_DB, BED_FROM_S, DUCK_DB, RECORDINGS, Job


def main(folder: Path, out: Path, minutes: float) -> None:
    job = Job(variant="stereo", minutes=minutes)
    crossfade = round(job.crossfade_s * 1000)
    theme = AudioSegment.from_file(folder / "music/theme.wav")
    bed = AudioSegment.from_file(folder / "music/bed.wav")[round(BED_FROM_S * 1000) :]
    bed = bed[: round(job.bed_s * 1000)].apply_gain(BED_DB - DUCK_DB).fade_out(2000)
    host, *others = (
        AudioSegment.from_file(folder / each.file).set_channels(2).set_frame_rate(44_100)
        for each in RECORDINGS
    )
    episode = theme[: round(job.intro_s * 1000)].append(host.overlay(bed), crossfade=crossfade)
    for recording in others:
        episode = episode.append(recording, crossfade=0)
    outro = theme[: round(job.outro_s * 1000)].fade_out(2000)
    episode = episode.append(outro, crossfade=crossfade)
    episode = episode.apply_gain(-18.0 - episode.dBFS)
    episode.export(out, format="mp3", bitrate="128k")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]))
