import { parentPort } from "node:worker_threads";

parentPort!.on("message", (count: number) => {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += i;
  parentPort!.postMessage(sum);
  process.exit();
});
