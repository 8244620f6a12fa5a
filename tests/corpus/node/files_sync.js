// Synchronous file calls: contents, attributes, links, times, errors.
const fs = require('fs'),
  path = require('path');
const d = fs.mkdtempSync('tmp-');
const p = (...a) => path.join(d, ...a);
fs.writeFileSync(p('a.txt'), 'hello\nworld\n');
fs.appendFileSync(p('a.txt'), 'more ü\n');
console.log(fs.readFileSync(p('a.txt'), 'utf8'));
const st = fs.statSync(p('a.txt'));
console.log(st.size, st.isFile(), st.isDirectory(), st.isSymbolicLink());
console.log(typeof st.mtimeMs, Math.abs(st.mtimeMs - Date.now()) < 10000);
fs.mkdirSync(p('x/y/z'), { recursive: true });
fs.writeFileSync(p('x/y/z/f'), Buffer.alloc(100000, 7));
console.log(
  fs.readdirSync(d).sort(),
  fs
    .readdirSync(d, { recursive: true })
    .map((s) => s.replaceAll('\\', '/'))
    .sort(),
);
console.log(
  fs
    .readdirSync(d, { withFileTypes: true })
    .map((e) => [e.name, e.isDirectory(), e.isFile()])
    .sort(),
);
fs.renameSync(p('a.txt'), p('b.txt'));
console.log(fs.existsSync(p('a.txt')), fs.existsSync(p('b.txt')));
fs.copyFileSync(p('b.txt'), p('c.txt'));
try {
  fs.copyFileSync(p('b.txt'), p('c.txt'), fs.constants.COPYFILE_EXCL);
} catch (e) {
  console.log(e.code, e.syscall);
}
for (const f of [
  () => fs.readFileSync(p('nope')),
  () => fs.readdirSync(p('nope')),
  () => fs.rmdirSync(d),
  () => fs.mkdirSync(p('x')),
  () => fs.openSync(p('x'), 'w'),
  () => fs.unlinkSync(p('nope')),
  () => fs.readdirSync(p('b.txt')),
  () => fs.accessSync(p('nope')),
  () => fs.renameSync(p('nope'), p('q')),
  () => fs.openSync(p('b.txt'), 'wx'),
  () => fs.readFileSync(p('x')),
  () => fs.writeFileSync(p('n/m'), ''),
  () => fs.truncateSync(p('nope')),
])
  try {
    console.log('ok', f());
  } catch (e) {
    console.log(e.code, e.syscall);
  }
const fd = fs.openSync(p('r.bin'), 'w+');
fs.writeSync(fd, Buffer.from('0123456789'));
fs.writeSync(fd, 'AB', 3);
const b = Buffer.alloc(20);
console.log(fs.readSync(fd, b, 0, 20, 0), b.toString('latin1', 0, 10));
fs.ftruncateSync(fd, 5);
console.log(fs.fstatSync(fd).size);
fs.writevSync(fd, [Buffer.from('xx'), Buffer.from('yyy')], 5);
fs.fsyncSync(fd);
fs.fdatasyncSync(fd);
console.log(fs.readvSync(fd, [Buffer.alloc(3), Buffer.alloc(4)], 0));
fs.futimesSync(fd, 1000, 2000);
fs.closeSync(fd);
console.log(fs.statSync(p('r.bin')).mtimeMs, fs.statSync(p('r.bin')).atimeMs);
fs.utimesSync(p('r.bin'), new Date(1e12), new Date(1.5e12));
console.log(fs.statSync(p('r.bin')).mtime.toISOString());
fs.symlinkSync('b.txt', p('ln'));
console.log(
  fs.readlinkSync(p('ln')),
  fs.lstatSync(p('ln')).isSymbolicLink(),
  fs.readFileSync(p('ln'), 'utf8').length,
);
fs.linkSync(p('b.txt'), p('hard'));
console.log(fs.statSync(p('hard')).nlink);
console.log(
  path.basename(fs.realpathSync(p('ln'))),
  path.basename(fs.realpathSync.native(p('ln'))),
);
fs.chmodSync(p('b.txt'), 0o444);
console.log(fs.statSync(p('b.txt')).mode & 0o222);
fs.chmodSync(p('b.txt'), 0o666);
const dir = fs.opendirSync(d);
let n = 0;
while (dir.readSync()) n++;
dir.closeSync();
console.log(n);
const big = fs.statSync(p('b.txt'), { bigint: true });
console.log(typeof big.ino, typeof big.mtimeNs, big.size);
fs.cpSync(p('x'), p('x2'), { recursive: true });
console.log(fs.readFileSync(p('x2/y/z/f')).length);
fs.rmSync(p('x2'), { recursive: true });
fs.rmSync(p('nope'), { force: true });
console.log(fs.statfsSync(d).bsize > 0);
console.log(fs.globSync ? fs.globSync('**/*.txt', { cwd: d }).sort() : 0);
fs.rmSync(d, { recursive: true, force: true });
console.log(fs.existsSync(d));
