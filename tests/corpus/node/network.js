// Servers and clients on loopback: TCP, pipes, HTTP/1 and 2, UDP, names.
const net = require('net'),
  http = require('http'),
  https = require('https'),
  dns = require('dns'),
  dgram = require('dgram'),
  crypto = require('crypto'),
  http2 = require('http2'),
  tls = require('tls');
(async () => {
  await new Promise((ok) => {
    const s = net.createServer((c) => {
      c.on('data', (d) => c.write('echo:' + d));
      c.on('end', () => c.end());
    });
    s.listen(0, '127.0.0.1', () => {
      const c = net.connect(s.address().port, '127.0.0.1');
      c.write('hi');
      c.on('data', (d) => {
        console.log(d.toString());
        c.end();
      });
      c.on('close', () => {
        s.close(ok);
      });
    });
  });
  await new Promise((ok) => {
    const c = net.connect(1, '127.0.0.1');
    c.on('error', (e) => {
      console.log(e.code, e.syscall);
      ok();
    });
  });
  await new Promise((ok) => {
    const name =
      process.platform === 'win32'
        ? '\\\\.\\pipe\\lswtest' + process.pid
        : '/tmp/lswt' + process.pid;
    const s = net.createServer((c) => {
      c.end('pipe!');
    });
    s.listen(name, () => {
      const c = net.connect(name);
      c.on('data', (d) => console.log(d.toString()));
      c.on('close', () => s.close(ok));
    });
  });
  await new Promise((ok) => {
    const s = http.createServer((q, r) => {
      let b = '';
      q.on('data', (d) => (b += d));
      q.on('end', () => {
        r.setHeader('x-a', 'b');
        r.end(q.method + q.url + b.length);
      });
    });
    s.listen(0, async () => {
      const port = s.address().port;
      const get = (o, body) =>
        new Promise((k) => {
          const q = http.request({ port, host: 'localhost', ...o }, (r) => {
            let b = '';
            r.on('data', (d) => (b += d));
            r.on('end', () => k([r.statusCode, r.headers['x-a'], b]));
          });
          q.end(body);
        });
      console.log(
        await get({ path: '/x' }),
        await get({ path: '/y', method: 'POST' }, 'z'.repeat(1e6)),
      );
      const f = await fetch('http://localhost:' + port + '/f');
      console.log(f.status, await f.text());
      console.log(
        (await Promise.all(Array.from({ length: 50 }, (_, i) => get({ path: '/' + i })))).length,
      );
      s.close(ok);
      s.closeAllConnections();
    });
  });
  await new Promise((ok) => {
    const u = dgram.createSocket('udp4');
    u.on('message', (m, r) => {
      console.log(m.toString(), r.address);
      u.close(ok);
    });
    u.bind(0, '127.0.0.1', () => {
      u.send('dg', u.address().port, '127.0.0.1');
    });
  });
  console.log((await dns.promises.lookup('localhost', { family: 4 })).address);
  try {
    await dns.promises.lookup('nope.invalid');
  } catch (e) {
    console.log(e.code);
  }
  console.log(
    await dns.promises.lookupService('127.0.0.1', 80).then(
      (x) => x.service,
      (e) => e.code,
    ),
  );
  await new Promise((ok) => {
    const s = http2.createServer();
    s.on('stream', (st) => {
      st.respond({ ':status': 200 });
      st.end('h2');
    });
    s.listen(0, () => {
      const c = http2.connect('http://localhost:' + s.address().port);
      const r = c.request({ ':path': '/' });
      let b = '';
      r.on('data', (d) => (b += d));
      r.on('end', () => {
        console.log(b);
        c.close();
        s.close(ok);
      });
      r.end();
    });
  });
  await new Promise((ok) => {
    let n = 0;
    const s = net.createServer({ allowHalfOpen: true }, (c) => {
      c.on('data', (d) => {
        n += d.length;
      });
      c.on('end', () => {
        c.end(String(n));
      });
    });
    s.listen(0, '127.0.0.1', () => {
      const c = net.connect(s.address().port, '127.0.0.1');
      c.on('data', (d) => console.log(d.toString()));
      for (let i = 0; i < 100; i++) c.write(Buffer.alloc(100000));
      c.end();
      c.on('close', () => s.close(ok));
    });
  });
})();
