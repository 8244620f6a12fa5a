// Child processes: arguments, pipes both ways, IPC, signals, exit codes, time limits.
const { spawn, spawnSync, fork, execFile, execFileSync } = require('child_process');
if (process.argv[2] === 'child') {
  process.on('message', (m) => {
    if (m.end) {
      process.disconnect();
      return;
    }
    process.send({ got: m, pid: process.pid !== 0, buf: Buffer.from('abc') });
  });
  return;
}
if (process.argv[2] === 'adv') {
  process.on('message', (m) => {
    process.send(m);
    process.disconnect();
  });
  return;
}
if (process.argv[2] === 'echo') {
  process.stdin.pipe(process.stdout);
  process.stdin.on('end', () => {
    process.stderr.write('ended');
    process.exitCode = 7;
  });
  return;
}
if (process.argv[2] === 'args') {
  console.log(
    JSON.stringify(process.argv.slice(3)),
    process.env.FOO,
    process.cwd().replaceAll('\\', '/').split('/').pop(),
  );
  return;
}
if (process.argv[2] === 'hang') {
  setInterval(() => {}, 1000);
  console.log('hanging');
  return;
}
if (process.argv[2] === 'throw') {
  throw new Error('boom');
}
if (process.argv[2] === 'big') {
  process.stdout.write('x'.repeat(3000000));
  return;
}
(async () => {
  let r = spawnSync(
    process.execPath,
    [__filename, 'args', 'a b', 'c"d', 'e\\', '', 'ü€😀', '%PATH%', '*', 'a\\"b'],
    { env: { ...process.env, FOO: 'bar baz' }, encoding: 'utf8' },
  );
  console.log(r.status, r.stdout, r.stderr);
  r = spawnSync(process.execPath, [__filename, 'echo'], { input: 'some input\n'.repeat(1000) });
  console.log(r.status, r.stdout.length, r.stderr.toString());
  r = spawnSync(process.execPath, [__filename, 'throw'], { encoding: 'utf8' });
  console.log(r.status, /Error: boom/.test(r.stderr));
  r = spawnSync('nonexistent-program-x');
  console.log(r.error.code, r.error.syscall);
  r = spawnSync(process.execPath, [__filename, 'hang'], { timeout: 1500 });
  console.log(r.error.code, r.signal, r.stdout.toString());
  console.log(execFileSync(process.execPath, ['-p', '1+1']).toString());
  console.log(execFileSync(process.execPath, [__filename, 'big'], { maxBuffer: 1e8 }).length);
  try {
    execFileSync(process.execPath, ['-e', 'process.exit(3)']);
  } catch (e) {
    console.log(e.status);
  }
  await new Promise((ok) => {
    const c = fork(__filename, ['child']);
    let n = 0;
    c.on('message', (m) => {
      console.log(JSON.stringify(m));
      if (++n < 5) c.send({ n });
      else c.send({ end: 1 });
    });
    c.on('exit', (code, sig) => {
      console.log('exit', code, sig);
    });
    c.on('close', ok);
    c.send({ hello: 'world', big: 'y'.repeat(10) });
  });
  await new Promise((ok) => {
    const c = fork(__filename, ['adv'], { serialization: 'advanced' });
    c.on('message', (m) => console.log(m));
    c.on('close', ok);
    c.send({ m: new Map([[1, 2]]), d: new Date(0), u: new Uint8Array(3) });
  });
  await new Promise((ok) => {
    const c = spawn(process.execPath, [__filename, 'hang'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    c.stdout.on('data', (d) => {
      console.log(d.toString());
      console.log(c.kill());
    });
    c.on('exit', (code, sig) => {
      console.log(code, sig);
      ok();
    });
  });
  await new Promise((ok) => {
    const c = spawn(process.execPath, [__filename, 'echo']);
    let o = '';
    c.stdout.on('data', (d) => (o += d));
    c.on('close', (code) => {
      console.log(code, o);
      ok();
    });
    c.stdin.write('abc');
    setTimeout(() => c.stdin.end('def'), 50);
  });
  await new Promise((ok) => {
    const c = spawn('nonexistent-x');
    c.on('error', (e) => {
      console.log(e.code);
      ok();
    });
  });
  await new Promise((ok) => {
    execFile(
      process.execPath,
      ['-e', 'console.log(process.argv0.length>0);console.error(2)'],
      (e, so, se) => {
        console.log(e, so, se);
        ok();
      },
    );
  });
  await Promise.all(
    Array.from(
      { length: 6 },
      (_, i) =>
        new Promise((ok) => {
          const c = spawn(process.execPath, ['-e', 'console.log(' + i + '*2)']);
          let o = '';
          c.stdout.on('data', (d) => (o += d));
          c.on('close', () => ok(o));
        }),
    ),
  ).then((x) => console.log(x.join('')));
  await new Promise((ok) => {
    const c = spawn(process.execPath, ['-e', 'process.stdout.write("inh\\n")'], {
      stdio: 'inherit',
    });
    c.on('close', ok);
  });
  await new Promise((ok) => {
    const c = spawn(
      process.execPath,
      ['-e', 'const fs=require("fs");fs.writeSync(3,"on fd 3");fs.writeSync(1,"x")'],
      { stdio: ['pipe', 'pipe', 'pipe', 'pipe'] },
    );
    let o = '';
    c.stdio[3].on('data', (d) => (o += d));
    c.on('close', (code) => {
      console.log(code, o);
      ok();
    });
  });
  const ac = new AbortController();
  await new Promise((ok) => {
    const c = spawn(process.execPath, [__filename, 'hang'], { signal: ac.signal });
    c.on('error', (e) => {
      console.log(e.name);
    });
    c.on('exit', (a, b) => {
      console.log(a, b);
      ok();
    });
    setTimeout(() => ac.abort(), 300);
  });
})();
