import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { COUNTS } from './counts.ts';
import { OTHER_PAIRS } from './others.ts';
import { measurePair } from './pair.ts';
import { PAIRS } from './pairs.ts';
import { ROOT } from './programs.ts';

/** `make bench`: all of them but other tools and what takes long, or those that are named. Prints a table and writes it to out/benchmarks.md. */
const known = [...Object.keys(PAIRS), ...Object.keys(COUNTS)];
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  parallel: ['parallel-8', 'parallel-32', 'processes-8', 'processes-32', 'rss-32'],
  clusters: ['cluster', 'readiness-lag', 'pull-back-off', 'image-unchanged', 'image-changed', 'load-beside-start', 'four-clusters'],
  others: Object.keys(OTHER_PAIRS),
};
const wanted = process.argv.slice(2).flatMap((name) => GROUPS[name] ?? [name]);
const strangers = wanted.filter((name) => !known.includes(name));
if (strangers.length > 0) {
  process.stderr.write(`no benchmark ${strangers.join(', ')}; there are: ${[...known, ...Object.keys(GROUPS)].join(', ')}\n`);
  process.exit(2);
}
const lines = ['| what | figure | spread | n | target |', '|---|---|---|---|---|'];
for (const name of wanted.length > 0 ? wanted : known.filter((one) => !(one in OTHER_PAIRS) && !COUNTS[one]?.isLong)) {
  process.stderr.write(`measuring ${name} …\n`);
  const pair = PAIRS[name];
  const count = COUNTS[name];
  if (pair) {
    const { name: what, ratio, low, high, n, target, aMs, bMs } = await measurePair(pair);
    await pair.close?.();
    lines.push(
      `| ${what} (${aMs.toFixed(0)} / ${bMs.toFixed(0)} ms) | ${ratio.toFixed(2)} | ${low.toFixed(2)}–${high.toFixed(2)} | ${n} | ${target} |`,
    );
  } else if (count) {
    const { figure, spread, n } = await count.run();
    lines.push(`| ${count.name} | ${figure} | ${spread} | ${n} | ${count.target} |`);
  }
  process.stderr.write(`${lines.at(-1)}\n`);
}
mkdirSync(path.join(ROOT, 'out'), { recursive: true });
writeFileSync(path.join(ROOT, 'out/benchmarks.md'), `${lines.join('\n')}\n`);
process.stdout.write(`${lines.join('\n')}\n`);
