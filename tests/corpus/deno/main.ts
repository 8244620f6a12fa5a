// Deno's own API and its node modules: files, processes, sockets, HTTP, workers, crypto, SQLite. What it prints is the same on both
// systems; nothing is asked of a network.
import * as path from "node:path";
import * as zlib from "node:zlib";
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { DatabaseSync } from "node:sqlite";

const log = (...all: unknown[]) => console.log(...all);
const self = Deno.execPath();
const name = async (work: () => unknown) => {
  try {
    await work();
    return "no error";
  } catch (error) {
    return (error as Error).name;
  }
};

async function files() {
  await Deno.mkdir("d/e", { recursive: true });
  await Deno.writeTextFile("d/a.txt", "hello\nwörld\n");
  await Deno.writeTextFile("d/a.txt", "more\n", { append: true });
  log(await Deno.readTextFile("d/a.txt"));
  const file = await Deno.open("d/b.bin", { read: true, write: true, create: true });
  await file.write(new Uint8Array(100000).fill(7));
  await file.seek(500, Deno.SeekMode.Start);
  await file.write(new TextEncoder().encode("XX"));
  await file.truncate(1000);
  await file.sync();
  log((await file.stat()).size);
  await file.lock(true);
  await file.unlock();
  file.close();
  await Deno.rename("d/b.bin", "d/c.bin");
  await Deno.copyFile("d/c.bin", "d/e/copy.bin");
  await Deno.link("d/c.bin", "d/hard");
  const entries = [];
  for await (const entry of Deno.readDir("d")) entries.push([entry.name, entry.isFile, entry.isDirectory]);
  log(entries.sort());
  log(await name(() => Deno.readTextFile("nope")), await name(() => Deno.mkdir("d")));
  Deno.symlinkSync(path.resolve("d/a.txt"), "link", { type: "file" });
  log(Deno.lstatSync("link").isSymlink, Deno.readTextFileSync("link").length, path.basename(Deno.realPathSync("link")));
  Deno.removeSync("link");
  Deno.utimeSync("d/a.txt", 1000000, 2000000);
  log(Deno.statSync("d/a.txt").mtime!.toISOString());
  const temporary = Deno.makeTempDirSync();
  Deno.writeTextFileSync(path.join(temporary, "t"), "x");
  Deno.removeSync(temporary, { recursive: true });
  const watcher = Deno.watchFs("d");
  const again = setInterval(() => Deno.writeTextFileSync("d/w.txt", "1"), 100);
  for await (const event of watcher) if (event.paths.some((one) => one.endsWith("w.txt"))) break;
  clearInterval(again);
  log("watched");
}

async function processes() {
  const script = "console.log('child', await new Response(Deno.stdin.readable).text()); console.error('err'); Deno.exit(7)";
  const child = new Deno.Command(self, { args: ["eval", script], stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode("to child"));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  log(code, new TextDecoder().decode(stdout).trim(), new TextDecoder().decode(stderr).trim());
  const endless = new Deno.Command(self, { args: ["eval", "setInterval(() => {}, 1000)"] }).spawn();
  endless.kill("SIGTERM");
  log("killed", (await endless.status).success);
  log(execFileSync(self, ["eval", "console.log(1 + 1)"]).toString().trim());
  log(await name(() => new Deno.Command("no-such-program").output()));
}

async function network() {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    if (request.headers.get("upgrade") !== "websocket") return new Response("body:" + await request.text());
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = (event) => socket.send("echo " + event.data);
    return response;
  });
  const port = server.addr.port;
  const replies = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      fetch(`http://127.0.0.1:${port}/${i}`, { method: "POST", body: "n" + i }).then((reply) => reply.text())),
  );
  log(replies.length, replies[49]);
  await new Promise<void>((done) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
    socket.onopen = () => socket.send("hi");
    socket.onmessage = (event) => (log(event.data), socket.close());
    socket.onclose = () => done();
  });
  await server.shutdown();
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const serving = (async () => {
    const peer = await listener.accept();
    await peer.readable.pipeTo(peer.writable);
  })();
  const connection = await Deno.connect({ port: (listener.addr as Deno.NetAddr).port, hostname: "127.0.0.1" });
  await connection.write(new Uint8Array([1, 2, 3]));
  const buffer = new Uint8Array(10);
  log(await connection.read(buffer), buffer);
  connection.close();
  await serving;
  listener.close();
  log(await name(() => Deno.connect({ port: 1, hostname: "127.0.0.1" })));
}

async function compute() {
  const source = "self.onmessage = (e) => { let s = 0; for (let i = 0; i < e.data; i++) s += i; self.postMessage(s); self.close(); }";
  const address = URL.createObjectURL(new Blob([source], { type: "application/javascript" }));
  const sums = [1e6, 2e6, 3e6].map((count) =>
    new Promise((done) => {
      const worker = new Worker(address, { type: "module" });
      worker.onmessage = (event) => done(event.data);
      worker.postMessage(count);
    })
  );
  log(await Promise.all(sums));
  log(createHash("sha256").update("abc").digest("hex"), zlib.gunzipSync(zlib.gzipSync("x".repeat(1000))).length);
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const key = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const data = new Uint8Array(3);
  const signature = await crypto.subtle.sign(algorithm, key.privateKey, data);
  log(await crypto.subtle.verify(algorithm, key.publicKey, signature, data));
  const berlin = { dateStyle: "full", timeZone: "Europe/Berlin" } as const;
  log(new Intl.DateTimeFormat("de", berlin).format(new Date(0)), (1234.5).toLocaleString("fr"));
  const database = new DatabaseSync("s.db");
  database.exec("create table t(a int, b text)");
  const insert = database.prepare("insert into t values(?, ?)");
  for (let i = 0; i < 100; i++) insert.run(i, "r" + i);
  log({ ...database.prepare("select count(*) c, sum(a) s from t").get() });
  database.close();
  Deno.env.set("SET", "here");
  log(Deno.env.get("SET"), Deno.env.get("NOT_SET"), Deno.build.arch, Deno.memoryUsage().rss > 0, Deno.hostname().length > 0);
}

await files();
await processes();
await network();
await compute();
Deno.exit(3);
