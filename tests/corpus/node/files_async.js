// Promises, callbacks, streams and watchers of files.
const fs = require('fs'),
  fsp = fs.promises,
  path = require('path'),
  { pipeline } = require('stream/promises'),
  stream = require('stream');
(async () => {
  const d = await fsp.mkdtemp('tmp-');
  const p = (...a) => path.join(d, ...a);
  await fsp.writeFile(p('a'), 'x'.repeat(200000));
  console.log((await fsp.readFile(p('a'))).length);
  const h = await fsp.open(p('a'), 'r+');
  await h.write('HEAD', 0);
  const { bytesRead, buffer } = await h.read(Buffer.alloc(10), 0, 10, 0);
  console.log(bytesRead, buffer.toString());
  console.log((await h.stat()).size);
  await h.truncate(100);
  await h.sync();
  await h.datasync();
  let lines = 0;
  await fsp.writeFile(p('l'), Array.from({ length: 1000 }, (_, i) => 'line' + i).join('\n'));
  {
    const h2 = await fsp.open(p('l'));
    for await (const l of h2.readLines()) lines++;
  }
  console.log(lines);
  await h.close();
  await pipeline(
    fs.createReadStream(p('l')),
    new stream.Transform({
      transform(c, e, cb) {
        cb(null, c.toString().toUpperCase());
      },
    }),
    fs.createWriteStream(p('LL')),
  );
  console.log((await fsp.readFile(p('LL'), 'utf8')).slice(-7));
  const s = fs.createReadStream(p('l'), { start: 4, end: 9, encoding: 'utf8' });
  let o = '';
  for await (const c of s) o += c;
  console.log(JSON.stringify(o));
  await Promise.all(Array.from({ length: 100 }, (_, i) => fsp.writeFile(p('f' + i), String(i))));
  const r = await Promise.all(
    Array.from({ length: 100 }, (_, i) => fsp.readFile(p('f' + i), 'utf8')),
  );
  console.log(r.every((x, i) => x == i));
  console.log((await fsp.readdir(d)).length);
  for await (const e of await fsp.opendir(d)) {
  }
  try {
    await fsp.readFile(p('nope'));
  } catch (e) {
    console.log(e.code);
  }
  try {
    await fsp.access(p('a'), fs.constants.R_OK | fs.constants.W_OK);
    console.log('acc');
  } catch (e) {
    console.log(e.code);
  }
  await fsp.rename(p('a'), p('aa'));
  await fsp.copyFile(p('aa'), p('bb'));
  await fsp.unlink(p('aa'));
  await new Promise((ok) =>
    fs.stat(p('bb'), (e, s) => {
      console.log(e, s.size);
      ok();
    }),
  );
  await new Promise((ok) =>
    fs.readFile(p('nope'), (e) => {
      console.log(e.code);
      ok();
    }),
  );
  await new Promise((ok) =>
    fs.exists(p('bb'), (e) => {
      console.log(e);
      ok();
    }),
  );
  await new Promise((ok) => {
    const w = fs.createWriteStream(p('w'), { highWaterMark: 16 });
    for (let i = 0; i < 1000; i++) w.write('chunk' + i);
    w.end(() => {
      console.log(fs.statSync(p('w')).size, w.bytesWritten);
      ok();
    });
  });
  const ac = new AbortController();
  setTimeout(() => ac.abort(), 500);
  const ev = new Set();
  const w = fs.watch(d, { signal: ac.signal }, (t, f) => {
    ev.add(f);
  });
  await new Promise((r) => setTimeout(r, 50));
  await fsp.writeFile(p('watched'), '1');
  await fsp.unlink(p('watched'));
  await new Promise((r) => setTimeout(r, 200));
  console.log([...ev]);
  w.close();
  // Written until it is seen: the first look at the file may come late, and one in the middle of a write finds it empty.
  await new Promise((ok) => {
    const again = setInterval(() => fs.writeFileSync(p('bb'), 'new'), 60);
    fs.watchFile(p('bb'), { interval: 20 }, (c) => {
      if (c.size !== 3) return;
      console.log('wf', c.size);
      clearInterval(again);
      fs.unwatchFile(p('bb'));
      ok();
    });
  });
  try {
    const it = fsp.watch(d, { signal: AbortSignal.timeout(20000) });
    const again = setInterval(() => fs.writeFileSync(p('it'), ''), 50);
    for await (const e of it) {
      if (e.filename !== 'it') continue;
      console.log(e.filename);
      break;
    }
    clearInterval(again);
  } catch (e) {
    console.log(e.name);
  }
  await fsp.rm(d, { recursive: true });
  console.log(fs.existsSync(d));
})();
