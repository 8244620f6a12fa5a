// How a node process ends: exceptions, exit codes, syntax errors, deep recursion, big heaps.
const { spawnSync } = require('child_process');
const t = (code, ...a) => {
  const r = spawnSync(process.execPath, [...a, '-e', code], { encoding: 'utf8' });
  console.log(
    r.status,
    r.signal,
    JSON.stringify(r.stdout),
    JSON.stringify(
      r.stderr
        .replace(/\r/g, '')
        .split('\n')
        .filter((l) => !/^ +at /.test(l))
        .slice(0, 12)
        .join('|'),
    ).slice(0, 300),
  );
};
t('throw new Error("x")');
t('Promise.reject(new Error("y"))');
t('process.on("uncaughtException",e=>{console.log("c",e.message)});throw new Error("z")');
t('process.exit(30)');
t('process.exitCode=9');
t('process.on("exit",c=>console.log("bye",c))');
t('syntax error here');
t('function f(){f()};try{f()}catch(e){console.log(e.name)}');
t('null.x');
t('console.error("e");console.log("o")');
t('process.stdout.write("no newline")');
t('setTimeout(()=>console.log("t"),10)');
t('process.emitWarning("w")', '--no-warnings');
t('console.log(process.execArgv)', '--max-old-space-size=100');
t('process.on("beforeExit",()=>console.log("be"))');
t('console.log(eval("1+1"),new Function("return 5")())');
t('const b=Buffer.alloc(500*1024*1024);b.fill(1);console.log(b[5])');
t('const a=[];for(let i=0;i<2e6;i++)a.push({i});console.log(a.length);global.gc();', '--expose-gc');
t(
  'for(let i=0;i<300;i++){try{(function f(n){return n?f(n-1)+1:0})(5000)}catch(e){console.log(e.name)}}console.log("ok")',
);
