"""node's http server on loopback, loaded by wrk: requests per second of the Windows node and of the Linux node, both with the same
script. What wrk itself takes is the same on both sides."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from . import process
from .suites import Benchmark, InDirectory, Reading, Round, Unavailable

SERVER = """
const http = require('http');
const body = 'Hello, world!\\n';
const server = http.createServer((request, response) => {
  response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': body.length });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit(0)).resume();
"""
CONNECTIONS = 32


class NodeHttp(Benchmark):
    suite, name = 'net', 'node_http'
    about = f'node\'s http server under wrk, {CONNECTIONS} connections'
    figures = ('net.node_http',)

    def prepare(self):
        if not shutil.which('wrk'):
            raise Unavailable('wrk is not installed')
        folder = str(Path(__file__).resolve().parents[2] / 'tests' / 'corpus')
        if folder not in sys.path:
            sys.path.insert(0, folder)
        import programs  # of tests/corpus
        try:
            self.files = {windows: str(programs.path_of('node-win' if windows else 'node-linux'))
                          for windows in (True, False)}
        except programs.Unavailable as reason:
            raise Unavailable(str(reason)) from reason

    def round(self, subjects, quick):
        done = Round()
        for subject in subjects:
            with InDirectory():
                Path('server.js').write_text(SERVER)
                command = [*subject.runner, self.files[subject.windows], 'server.js']
                try:
                    rate = self._rate(command, 1 if quick else 4)
                    done.readings[subject.key] = [Reading('net.node_http', 'rate', rate, '/s', 'more', self.about)]
                except process.Failed as error:
                    done.failures[subject.key] = str(error)
        return done

    @staticmethod
    def _rate(command, seconds):
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
            try:
                port = server.stdout.readline().strip().decode()
                if not port.isdigit():
                    raise process.Failed('the server did not start: ' + server.stderr.read(300).decode('utf-8', 'replace'))
                def load(duration):
                    return subprocess.run(['wrk', '-t1', f'-c{CONNECTIONS}', f'-d{duration}s', f'http://127.0.0.1:{port}/'],
                                          capture_output=True, text=True, timeout=60, check=False).stdout
                load(1)  # until its code is compiled
                out = load(seconds)
                found = re.search(r'Requests/sec:\s+([\d.]+)', out)
                if not found or 'Non-2xx' in out or 'Socket errors' in out:
                    raise process.Failed('wrk: ' + ' '.join(out.split())[:200])
                return float(found[1])
            finally:
                server.stdin.close()
                try:
                    server.wait(10)
                except subprocess.TimeoutExpired:
                    server.kill()
