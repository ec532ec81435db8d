import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import path from 'node:path';
import { ROOT } from '../support/cli.ts';
import { RESULTS, type Result } from './results.ts';

/** `make chaos` ends with this: the trials in out/chaos.jsonl as rows in docs/reliability.md, in place of the same rows of before. */
const PAGE = path.join(ROOT, 'docs/reliability.md');
const [BEGIN, END] = ['<!-- trials: begin -->', '<!-- trials: end -->'];
const HEAD = [
  '| what happened | to what | n | failures | true rate below (95 %) | time | seed | when and where |',
  '|---|---|---|---|---|---|---|---|',
];

const results: readonly Result[] = existsSync(RESULTS)
  ? readFileSync(RESULTS, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Result)
  : [];
const machine = `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release().split('-')[0]}`;

const rows = new Map(
  [...Map.groupBy(results, ({ what, subject }) => `| ${what} | ${subject} |`)].map(([key, trials]) => [key, rowOf(key, trials)]),
);
const page = readFileSync(PAGE, 'utf8');
const [before = '', rest = ''] = page.split(BEGIN);
const [table = '', after = ''] = rest.split(END);
const kept = table
  .split('\n')
  .filter((line) => line.startsWith('| ') && !HEAD.includes(line) && ![...rows.keys()].some((key) => line.startsWith(key)));
const lines = [...HEAD, ...[...kept.filter((line) => !line.startsWith('| what')), ...rows.values()].toSorted()];
writeFileSync(PAGE, `${before}${BEGIN}\n${lines.join('\n')}\n${END}${after}`);
process.stdout.write(`${[...rows.values()].join('\n')}\n`);

function rowOf(key: string, trials: readonly Result[]): string {
  const failures = trials.filter(({ failed }) => failed).length;
  const seeds = [...new Set(trials.map(({ seed }) => seed.split('/')[0]))].filter((seed) => /^\d+$/.test(seed ?? ''));
  return `${key} ${trials.length} | ${failures} | ${boundOf(trials.length, failures)} | ${timeOf(trials)} | ${seeds.join(', ') || 'each point once'} | ${machine} |`;
}

/** No failure in n trials: the rate is below 3/n with 95 % confidence. */
function boundOf(n: number, failures: number): string {
  return failures === 0 ? `${Math.min(100, Math.ceil(300 / n))} %` : `${((100 * failures) / n).toFixed(1)} % seen`;
}

function timeOf(trials: readonly Result[]): string {
  const figure = trials[0]?.figure ?? '';
  if (figure === '') return '';
  const sorted = trials.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const at = (share: number): string =>
    `${((sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0) / 1000).toFixed(1)} s`;
  return `${at(0.5)}, at most ${at(1)} ${figure}`;
}
