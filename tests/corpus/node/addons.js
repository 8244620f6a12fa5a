// Native add-ons (Rust, napi) and what they do on their own threads.
const swc = require('@swc/core');
const css = require('lightningcss');
const { rollup } = require('rollup');

const source = 'const x: number = (a ?? 1); class A { #p = 1; static async *g() { yield* [] } }';
const modules = {
  a: 'import { x } from "b"; export const z = x + 1',
  b: 'export const x = 1; export const y = 2',
};

(async () => {
  const options = { jsc: { parser: { syntax: 'typescript' }, target: 'es5' } };
  console.log(swc.transformSync(source, options).code);
  console.log((await swc.transform('let a = () => this', { jsc: { target: 'es5' } })).code);
  console.log(
    swc.minifySync('function foo(longName) { return longName + 1 } console.log(foo(2))', {
      compress: true,
      mangle: true,
    }).code,
  );
  try {
    swc.parseSync('let let = 1');
  } catch (error) {
    console.log('a syntax error:', String(error.message).length > 10);
  }
  const sheet = Buffer.from('.a{color:red;.b &{margin:0 0 0 0}}@media (width>=9px){i{color:#ff0000}}');
  console.log(css.transform({ filename: 'a.css', code: sheet, minify: true }).code.toString());
  const bundle = await rollup({
    input: 'a',
    plugins: [{ name: 'memory', resolveId: (id) => id, load: (id) => modules[id] }],
  });
  for (const format of ['es', 'cjs', 'iife'])
    console.log((await bundle.generate({ format, name: 'n' })).output[0].code);
})();
