// Bun's own API and its node modules: files, its shell, processes, servers, SQLite, workers, the transpiler and the bundler.
import { $ } from "bun";
import { Database } from "bun:sqlite";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { Worker } from "node:worker_threads";
import * as zlib from "node:zlib";

const log = (...all: unknown[]) => console.log(...all);
const code = (work: () => unknown) => {
  try {
    work();
    return "no error";
  } catch (error) {
    return error.code;
  }
};

async function files() {
  await Bun.write("o/a.txt", "hällo\n");
  log(await Bun.file("o/a.txt").text(), Bun.file("o/a.txt").size, await Bun.file("nope").exists());
  fs.appendFileSync("o/a.txt", "more");
  fs.mkdirSync("p/q/r", { recursive: true });
  for (let i = 0; i < 50; i++) fs.writeFileSync(`p/q/f${i}`, "x".repeat(i));
  log([...new Bun.Glob("p/**/*").scanSync(".")].length);
  fs.cpSync("p", "p2", { recursive: true });
  fs.rmSync("p", { recursive: true });
  log(fs.readdirSync("p2/q").length, fs.existsSync("p"));
  log(code(() => fs.readFileSync("nope")), code(() => fs.mkdirSync("o")), code(() => fs.rmdirSync("p2")));
  fs.symlinkSync(path.resolve("o/a.txt"), "link", "file");
  log(fs.lstatSync("link").isSymbolicLink(), fs.readFileSync("link").length);
  fs.unlinkSync("link");
  await new Promise<void>((done) => {
    const again = setInterval(() => fs.writeFileSync("o/w", "1"), 100);
    const watcher = fs.watch("o", (_, file) => {
      if (file !== "w") return;
      clearInterval(again);
      watcher.close();
      done();
    });
  });
  log("watched");
}

async function servers() {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request, self) {
      if (self.upgrade(request)) return;
      if (new URL(request.url).pathname == "/file") return new Response(Bun.file("o/a.txt"));
      return new Response("body:" + (await request.text()));
    },
    websocket: { message: (socket, text) => void socket.send("echo " + text) },
  });
  const ask = (i: number) => fetch(server.url + i, { method: "POST", body: "n" + i }).then((reply) => reply.text());
  const replies = await Promise.all(Array.from({ length: 60 }, (_, i) => ask(i)));
  log(replies.length, replies[59], await (await fetch(server.url + "file")).text());
  await new Promise((done) => {
    const socket = new WebSocket(server.url.href.replace("http", "ws"));
    socket.onopen = () => socket.send("hi");
    socket.onmessage = (event) => (log(event.data), socket.close());
    socket.onclose = done;
  });
  server.stop(true);
  const echo = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: (peer, bytes) => void peer.write(bytes) } });
  await new Promise<void>((done) => {
    const open = (peer) => void peer.write("ping");
    const data = (peer, bytes) => (log("tcp", bytes.toString()), peer.end(), done());
    Bun.connect({ hostname: "127.0.0.1", port: echo.port, socket: { open, data } });
  });
  echo.stop();
}

async function processes() {
  const script = "process.stdin.on('data', (d) => console.log('got ' + d)); console.error('er'); process.exitCode = 5";
  const child = Bun.spawn([process.execPath, "-e", script], { stdin: "pipe", stdout: "pipe", stderr: "pipe" });
  child.stdin.write("data");
  child.stdin.end();
  log(await new Response(child.stdout).text(), await new Response(child.stderr).text(), await child.exited);
  log(execFileSync(process.execPath, ["-e", "console.log(6 * 7)"]).toString().trim());
  log(await $`echo hello ${"wor ld"} | cat && mkdir -p z && touch z/t && ls z && rm -r z`.text());
  log((await $`exit 4`.nothrow()).exitCode);
  const endless = Bun.spawn([process.execPath, "-e", "setInterval(() => {}, 1000)"]);
  endless.kill();
  log((await endless.exited) !== 0);
  const worker = new Worker(path.resolve("worker.ts"));
  worker.postMessage(1000);
  log(await new Promise((done) => worker.on("message", done)));
}

async function modules() {
  const database = new Database("x.db");
  database.run("create table t(a int)");
  const insert = database.prepare("insert into t values(?)");
  database.transaction(() => {
    for (let i = 0; i < 1000; i++) insert.run(i);
  })();
  log(database.query("select sum(a) s from t").get());
  database.close();
  log(Bun.hash("abc"), zlib.gunzipSync(Bun.gzipSync(Buffer.alloc(5000))).length, zlib.brotliCompressSync("aaaa").length);
  log(await Bun.password.verify("p", await Bun.password.hash("p", { algorithm: "bcrypt", cost: 4 })));
  log(new Bun.Transpiler({ loader: "ts" }).transformSync("enum E { A = 1, B } export const x: number = E.B;"));
  const built = await Bun.build({ entrypoints: ["worker.ts"], outdir: "dist", minify: true, target: "bun" });
  log(built.success, built.outputs.map((one) => path.basename(one.path)));
  log(Bun.semver.satisfies("1.2.3", "^1.0.0"), Bun.escapeHTML("<a>"), Bun.which("no-such-program"));
  log(new Intl.NumberFormat("de").format(1234.5), new Date(0).toLocaleString("en-GB", { timeZone: "Asia/Tokyo" }));
  for await (const line of console) log("in:", line);
}

await files();
await servers();
await processes();
await modules();
process.on("exit", (status) => log("exit", status));
process.exit(3);
