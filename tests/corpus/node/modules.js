// A little of everything else that node has built in.
const os = require('os'),
  path = require('path'),
  url = require('url'),
  vm = require('vm'),
  zlib = require('zlib'),
  crypto = require('crypto'),
  util = require('util'),
  rl = require('readline'),
  { Readable } = require('stream');
console.log(
  os.EOL.length > 0,
  os.cpus().length,
  os.totalmem() > 0,
  os.freemem() > 0,
  os.uptime() > 0,
  os.hostname().length > 0,
  typeof os.userInfo().username,
  os.tmpdir().length > 0,
  os.homedir().length > 0,
  os.arch(),
  os.endianness(),
  os.availableParallelism(),
  os.loadavg().length,
  Object.keys(os.networkInterfaces()).length > 0,
  os.release().length > 0,
  os.version().length > 0,
);
console.log(
  path.posix.join('/a', '..', 'b'),
  path.win32.resolve('C:\\x', '..\\y'),
  path.win32.normalize('C:/a/../b'),
);
console.log(
  url.pathToFileURL('/tmp/x').protocol,
  new URL('http://a:80/b?c=d#e').href,
  new URLSearchParams('a=1&b=2').get('b'),
);
console.log(vm.runInNewContext('x+1', { x: 41 }), new vm.Script('1+2').runInThisContext());
try {
  vm.runInNewContext('while(1);', {}, { timeout: 50 });
} catch (e) {
  console.log(e.code);
}
const data = Buffer.from('hello zlib '.repeat(10000));
for (const [c, u] of [
  ['gzipSync', 'gunzipSync'],
  ['deflateSync', 'inflateSync'],
  ['deflateRawSync', 'inflateRawSync'],
  ['brotliCompressSync', 'brotliDecompressSync'],
  ['zstdCompressSync', 'zstdDecompressSync'],
]) {
  if (!zlib[c]) continue;
  const z = zlib[c](data);
  console.log(
    c,
    z.length,
    zlib[u](z).equals(data),
    crypto
      .createHash('sha1')
      .update(c === 'gzipSync' ? z.subarray(10) : z)
      .digest('hex'),
  );
}
console.log(zlib.crc32('hello'));
for (const h of ['md5', 'sha1', 'sha256', 'sha512', 'sha3-256', 'blake2b512', 'ripemd160'])
  console.log(h, crypto.createHash(h).update('abc').digest('hex'));
console.log(
  crypto.createHmac('sha256', 'k').update('d').digest('base64'),
  crypto.pbkdf2Sync('p', 's', 1000, 32, 'sha256').toString('hex'),
  crypto.scryptSync('p', 's', 32).toString('hex'),
  Buffer.from(crypto.hkdfSync('sha256', 'k', 's', 'i', 16)).toString('hex'),
);
const key = Buffer.alloc(32, 1),
  iv = Buffer.alloc(16, 2);
const ci = crypto.createCipheriv('aes-256-cbc', key, iv);
const enc = ci.update('secret', 'utf8', 'hex') + ci.final('hex');
console.log(enc);
const g = crypto.createCipheriv('aes-256-gcm', key, iv.subarray(0, 12));
console.log(g.update('x', 'utf8', 'hex') + g.final('hex'), g.getAuthTag().toString('hex'));
const { publicKey, privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 1024 });
const sig = crypto.sign('sha256', Buffer.from('d'), privateKey);
console.log(sig.length, crypto.verify('sha256', Buffer.from('d'), publicKey, sig));
const e = crypto.generateKeyPairSync('ed25519');
console.log(crypto.sign(null, Buffer.from('d'), e.privateKey).length);
const a = crypto.createECDH('prime256v1'),
  b = crypto.createECDH('prime256v1');
a.generateKeys();
b.generateKeys();
console.log(a.computeSecret(b.getPublicKey()).equals(b.computeSecret(a.getPublicKey())));
console.log(
  crypto.randomBytes(16).length,
  crypto.randomUUID().length,
  crypto.randomInt(5) < 5,
  crypto.getCiphers().length,
  crypto.getHashes().length,
  crypto.getCurves().length,
);
console.log(crypto.timingSafeEqual(Buffer.from('a'), Buffer.from('a')));
console.log(
  util.inspect(
    { a: [1, { b: new Map([[1, { c: 2 }]]) }], s: new Set([1]), f() {}, d: new Date(0), r: /x/g },
    { depth: 5 },
  ),
);
console.log(util.format('%s %d %j %o', 'a', 1, { x: 1 }, [1]), util.styleText('red', 'x').length);
const m = process.memoryUsage();
console.log(Object.keys(m), m.rss > 1e7, m.heapUsed > 1e6);
console.log(
  process.platform.length > 0,
  process.argv.length,
  process.exitCode,
  typeof process.hrtime.bigint(),
  process.hrtime().length,
  process.uptime() > 0,
  process.pid > 0,
  process.ppid > 0,
  process.title.length >= 0,
  process.execArgv,
  process.versions.v8.length > 0,
  process.resourceUsage().maxRSS > 0,
  process.cpuUsage().user > 0,
  process.features.inspector,
  process.umask().toString(8).length > 0,
);
process.env.ABC = '1';
console.log(process.env.ABC, delete process.env.ABC, process.env.ABC, 'ABC' in process.env);
const i = rl.createInterface({ input: Readable.from(['a\nb\n', 'c']) });
i.on('line', (l) => console.log('line', l)).on('close', () => console.log('closed'));
(async () => {
  const mod = await WebAssembly.instantiate(
    new Uint8Array([
      0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 127, 127, 1, 127, 3, 2, 1, 0, 7, 7, 1, 3, 97,
      100, 100, 0, 0, 10, 9, 1, 7, 0, 32, 0, 32, 1, 106, 11,
    ]),
  );
  console.log(mod.instance.exports.add(2, 3));
  const mem = new WebAssembly.Memory({ initial: 1, maximum: 100 });
  mem.grow(10);
  console.log(mem.buffer.byteLength);
  const { subtle } = crypto.webcrypto;
  console.log(Buffer.from(await subtle.digest('SHA-256', Buffer.from('x'))).toString('hex'));
  const k = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, [
    'encrypt',
    'decrypt',
  ]);
  const ct = await subtle.encrypt(
    { name: 'AES-GCM', iv: new Uint8Array(12) },
    k,
    Buffer.from('hi'),
  );
  console.log(
    Buffer.from(
      await subtle.decrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, k, ct),
    ).toString(),
  );
  await Promise.all([
    util.promisify(crypto.pbkdf2)('a', 'b', 10000, 16, 'sha512'),
    util.promisify(crypto.scrypt)('a', 'b', 16),
    util.promisify(zlib.gzip)(data),
    util.promisify(crypto.randomBytes)(8),
    util.promisify(crypto.generateKeyPair)('ec', { namedCurve: 'P-256' }),
  ]).then((x) => console.log(x[0].toString('hex'), x[1].toString('hex'), x[2].length, x[3].length));
  console.log(
    new Intl.DateTimeFormat('de-DE', { dateStyle: 'full', timeZone: 'UTC' }).format(new Date(0)),
    new Intl.NumberFormat('fr-FR').format(1234567.891),
    'ä'.localeCompare('z', 'sv'),
    'I'.toLocaleLowerCase('tr'),
  );
  console.log(
    new Date(1e12).toString(),
    Intl.DateTimeFormat().resolvedOptions().timeZone.length > 0,
  );
  console.log(
    structuredClone({ a: new Map([[1, 2]]) }),
    typeof performance.now(),
    performance.timeOrigin > 1e12,
  );
  const { setTimeout: sl } = require('timers/promises');
  const t = Date.now();
  await sl(50);
  const dt = Date.now() - t;
  console.log(dt >= 49 && dt < 150);
  const bc = new BroadcastChannel('x');
  bc.close();
  const mc = new MessageChannel();
  mc.port1.on('message', (m) => {
    console.log('mc', m);
    mc.port1.close();
  });
  mc.port2.postMessage({ q: 1 });
  await new Promise((r) => setImmediate(r));
  queueMicrotask(() => console.log('micro'));
  process.nextTick(() => console.log('tick'));
  const { DatabaseSync } = require('node:sqlite');
  const db = new DatabaseSync(':memory:');
  db.exec('create table t(a,b)');
  db.prepare('insert into t values(?,?)').run(1, 'x');
  console.log(db.prepare('select * from t').all());
})();
