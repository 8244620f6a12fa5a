"""buf (Go): builds, lints and compares a workspace of protocol buffers."""

import shutil

from harness import Job

from .common import slashes

MESSAGE = '''syntax = "proto3";
package shop.v1;
import "shop/v1/money.proto";
// Order {number}.
message Order{number} {{
  string id = 1;
  repeated Line lines = 2;
  Money total = 3;
  message Line {{ string sku = 1; int32 count = 2; Money price = 3; }}
}}
'''


def prepare(side):
    folder = side.work / 'shop' / 'v1'
    folder.mkdir(parents=True)
    (folder / 'money.proto').write_text(
        'syntax = "proto3";\npackage shop.v1;\nmessage Money { string currency = 1; int64 units = 2; }\n')
    for number in range(60):
        (folder / f'order{number}.proto').write_text(MESSAGE.format(number=number))
    (side.work / 'buf.yaml').write_text('version: v2\nlint:\n  use: [STANDARD]\n')
    old = side.work / 'old' / 'shop' / 'v1'
    old.mkdir(parents=True)
    (old / 'money.proto').write_text(
        'syntax = "proto3";\npackage shop.v1;\nmessage Money { string currency = 1; int32 units = 2; bool gone = 3; }\n')
    (side.work / 'old' / 'buf.yaml').write_text('version: v2\n')


def run(side):
    env = {'HOME': str(side.work / 'home'), 'LOCALAPPDATA': str(side.work / 'home'), 'XDG_CACHE_HOME': str(side.work / 'home')}
    side.step('build an image', 'buf', 'build', '--path', 'shop', '-o', 'image.json', env=env)
    side.step('build a binary image', 'buf', 'build', '--path', 'shop', '-o', 'image.binpb', env=env)
    side.step('lint', 'buf', 'lint', '--path', 'shop', env=env, normalise=slashes)
    side.step('list files', 'buf', 'ls-files', 'shop', env=env, normalise=slashes)
    side.step('breaking changes', 'buf', 'breaking', '--path', 'shop/v1/money.proto', '--against', 'old', env=env,
              normalise=slashes)
    side.step('convert', 'buf', 'convert', 'image.binpb', '--type', 'shop.v1.Money', '--from', '-#format=json', env=env,
              stdin=b'{"currency":"EUR","units":"12"}')
    shutil.rmtree(side.work / 'home', ignore_errors=True)  # its cache of compiled plug-ins, per system


JOBS = [Job('buf', ('buf-win', 'buf-linux'), run, 'build, lint and compare protocol buffers', prepare=prepare)]
