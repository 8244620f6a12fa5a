// Worker threads: shared memory, messages, errors, termination, limits.
const {
  Worker,
  isMainThread,
  parentPort,
  workerData,
  threadId,
  MessageChannel,
  SHARE_ENV,
  resourceLimits,
} = require('worker_threads');
if (!isMainThread) {
  if (workerData.kind === 'sum') {
    let s = 0;
    for (let i = 0; i < 1e7; i++) s += i % 7;
    parentPort.postMessage({ s, t: threadId > 0 });
  } else if (workerData.kind === 'sab') {
    const a = new Int32Array(workerData.sab);
    for (let i = 0; i < 1000; i++) Atomics.add(a, 0, 1);
    Atomics.notify(a, 1);
  } else if (workerData.kind === 'wait') {
    const a = new Int32Array(workerData.sab);
    Atomics.wait(a, 2, 0);
    parentPort.postMessage('woken ' + Atomics.load(a, 2));
  } else if (workerData.kind === 'throw') {
    throw new TypeError('in worker');
  } else if (workerData.kind === 'exit') {
    process.exit(5);
  } else if (workerData.kind === 'loop') {
    for (;;);
  } else if (workerData.kind === 'oom') {
    const a = [];
    for (;;) a.push(new Array(10000).fill(1.5));
  }
  return;
}
const run = (kind, o = {}, wo = {}) =>
  new Promise((ok) => {
    const w = new Worker(__filename, { workerData: { kind, ...o }, ...wo });
    const out = [];
    w.on('message', (m) => out.push(m));
    w.on('error', (e) => out.push(e.name, e.code ?? e.message));
    w.on('exit', (c) => {
      out.push(c);
      ok(out);
    });
    if (wo.cb) wo.cb(w);
  });
(async () => {
  console.log(await Promise.all([run('sum'), run('sum'), run('sum'), run('sum')]));
  const sab = new SharedArrayBuffer(16);
  await Promise.all(Array.from({ length: 8 }, () => run('sab', { sab })));
  console.log(new Int32Array(sab)[0]);
  const p = run('wait', { sab });
  setTimeout(() => {
    const a = new Int32Array(sab);
    Atomics.store(a, 2, 9);
    Atomics.notify(a, 2);
  }, 100);
  console.log(await p);
  console.log(await run('throw'), await run('exit'));
  console.log(await run('loop', {}, { cb: (w) => setTimeout(() => w.terminate(), 200) }));
  console.log(
    await run(
      'oom',
      {},
      { resourceLimits: { maxOldGenerationSizeMb: 20, maxYoungGenerationSizeMb: 4 } },
    ),
  );
  console.log(Atomics.wait(new Int32Array(sab), 3, 0, 50));
})();
