"""ffmpeg (mingw, a static build of 2018): encodes sources that its own filters make, with x264 and ffv1, and decodes
them. The decoded frames' digests are printed and must be equal; the files are not compared: the two builds carry
other versions of x264, or name themselves, in them. One thread: with more, that x264 does not always choose alike,
natively neither."""

from harness import Job

QUIET = ('-hide_banner', '-loglevel', 'error', '-nostdin', '-y')


def encode(side, name, source, *options):
    """Encodes `source` to `name`, then prints the digest of every stream as decoded again."""
    side.step(f'encode {name}', 'ffmpeg', *QUIET, '-f', 'lavfi', '-i', source, *options, name)
    side.step(f'decode {name}', 'ffmpeg', *QUIET, '-i', name, '-f', 'md5', '-')


def run(side):
    encode(side, 'video.mp4', 'testsrc2=s=320x240:d=2:r=25', '-c:v', 'libx264', '-preset', 'veryfast', '-threads', '1')
    encode(side, 'lossless.mkv', 'mandelbrot=s=320x240:r=10', '-t', '1', '-c:v', 'ffv1', '-level', '3', '-slices', '4',
           '-bitexact')
    encode(side, 'sound.flac', 'sine=frequency=440:duration=5', '-c:a', 'flac', '-bitexact')
    side.step('frames as digests', 'ffmpeg', *QUIET, '-i', 'lossless.mkv', '-f', 'framemd5', '-bitexact', '-')
    side.step('picture', 'ffmpeg', *QUIET, '-i', 'lossless.mkv', '-frames:v', '1', '-f', 'image2pipe', '-c:v', 'bmp',
              '-')
    side.step('no such file', 'ffmpeg', *QUIET, '-i', 'absent.mp4', '-f', 'null', '-', text_mode=True)


JOBS = [Job('ffmpeg', ('ffmpeg-win', 'ffmpeg-linux'), run, 'x264, ffv1 and flac encodes of generated sources, decoded',
            ignore=('*.mp4', '*.mkv', '*.flac'))]
