// What the JIT compiles, and a heap that grows and is collected: for the results as for the time they take.
const crypto = require('crypto');

function sieve(limit) {
  const composite = new Uint8Array(limit + 1);
  let count = 0;
  for (let i = 2; i <= limit; i++) {
    if (composite[i]) continue;
    count++;
    for (let j = i * i; j <= limit; j += i) composite[j] = 1;
  }
  return count;
}

function mandelbrot(size) {
  let inside = 0;
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      let [re, im, n] = [0, 0, 0];
      const [cre, cim] = [(x / size) * 3 - 2, (y / size) * 2 - 1];
      while (re * re + im * im < 4 && n < 100) [re, im, n] = [re * re - im * im + cre, 2 * re * im + cim, n + 1];
      if (n === 100) inside++;
    }
  return inside;
}

function tree(depth) {
  return depth === 0 ? null : { left: tree(depth - 1), right: tree(depth - 1), text: `node ${depth}` };
}
const nodes = (t) => (t ? 1 + nodes(t.left) + nodes(t.right) : 0);

console.log(sieve(5e6), mandelbrot(400));
for (let round = 0; round < 8; round++) console.log(nodes(tree(17)));
const words = new Map();
for (let i = 0; i < 1e6; i++) words.set(`w${(i * 7919) % 50021}`, i);
console.log(words.size, JSON.stringify([...words].sort()).length);
console.log('x'.repeat(1e6).replace(/x/g, (m, at) => (at % 2 ? 'y' : m)).match(/xy/g).length);
console.log(crypto.createHash('sha256').update(Buffer.alloc(5e7, 7)).digest('hex'));
console.log([...Array(200000).keys()].map((i) => (i * 16807) % 2147483647).sort((a, b) => a - b)[1000]);
