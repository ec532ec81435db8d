import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MatrixReport } from '../../src/matrix/report/model.ts';
import { ROOT, runCli, throwaway } from '../support/cli.ts';

/** What a folder expects of its matrix. */
interface Expectation {
  readonly exit: number;
  readonly verdict: MatrixReport['verdict'];
  readonly args?: readonly string[];
  /** Images that the daemon has to have besides, by their recipes in fixtures/images. */
  readonly images?: Readonly<Record<string, string>>;
  /** Folders of other fixtures that it runs, relative to `fixtures/matrix`. */
  readonly beside?: readonly string[];
  /** Good runs of timed ones, by cell. */
  readonly runs: Readonly<Record<string, string>>;
  readonly drifts?: Readonly<Record<string, readonly string[]>>;
  readonly failures?: Readonly<Record<string, readonly string[]>>;
  /** How everything that was left behind is called. */
  readonly leaked?: string;
  readonly failed_gates: readonly string[];
}

/** A daemon of their own: what others do on a shared one would be told as left behind. */
const ENGINE = { ...process.env, RUNNER_ENGINE_NAME: 'matrix', DOCKER_HOST: '' };
const SOURCE = path.join(ROOT, 'fixtures/matrix');
let address: string;

const run = (name: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): string =>
  execFileSync(path.join(ROOT, 'fixtures', name), args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();

/** Made where the tests have their images from, and brought over: that takes seconds where they are there. */
function bring(images: Readonly<Record<string, string>>): void {
  if (Object.keys(images).length === 0) return;
  run('images/make', Object.keys(images));
  for (const image of Object.values(images)) execFileSync('sh', ['-c', `docker save ${image} | docker --host ${address} load`]);
}

beforeAll(() => {
  address = run('engine/up', [], ENGINE);
  bring({ busybox: 'busybox:1', debian: 'debian:bookworm' });
}, 400_000);

afterAll(() => void run('engine/down', [], ENGINE), 60_000);

describe.each(readdirSync(SOURCE))('fixtures/matrix/%s', (name) => {
  const expected = JSON.parse(readFileSync(path.join(SOURCE, name, 'expect.json'), 'utf8')) as Expectation;

  test('shows what it expects, in its report as on the screen', async () => {
    bring(expected.images ?? {});
    const cwd = placed(name, expected.beside ?? []);
    const args = ['matrix', `matrix/${name}/matrix.yaml`, '--json', 'report.json', ...(expected.args ?? [])];
    const { code, stdout, stderr } = await runCli(args, { cwd, env: { DOCKER_HOST: address } });
    expect(code, `${stdout}${stderr}`).toBe(expected.exit);
    const report = JSON.parse(readFileSync(path.join(cwd, 'report.json'), 'utf8')) as MatrixReport;
    expect(seen(report, expected), stdout).toEqual({
      verdict: expected.verdict,
      runs: expected.runs,
      drifts: expected.drifts ?? {},
      failures: expected.failures ?? {},
      failed_gates: expected.failed_gates,
    });
    const left = report.cells.flatMap(({ leaks }) => leaks.flatMap(({ leaked }) => leaked));
    expect(left.filter((one) => !expected.leaked || !one.startsWith(expected.leaked))).toEqual([]);
    expect(stdout).toContain(`${report.name}: ${expected.verdict}`);
    if (expected.leaked) removeContainers(left);
  }, 600_000);
});

/** A throwaway copy of the folder and of what it runs, side by side as in the checkout. */
function placed(name: string, beside: readonly string[]): string {
  const cwd = throwaway();
  cpSync(path.join(SOURCE, name), path.join(cwd, 'matrix', name), { recursive: true });
  for (const folder of beside) cpSync(path.join(SOURCE, folder), path.join(cwd, 'matrix', folder), { recursive: true });
  return cwd;
}

const seen = ({ verdict, cells, gates }: MatrixReport, { drifts, failures }: Expectation) => ({
  verdict,
  runs: Object.fromEntries(cells.map(({ record, runs }) => [record.id, `${runs.good}/${runs.timed}`])),
  drifts: drifts ? Object.fromEntries(cells.map(({ record, drifts: some }) => [record.id, some?.map((one) => one.path)])) : {},
  failures: failures
    ? Object.fromEntries(
        cells.map(({ record, failures: some }) => [
          record.id,
          some.map(({ n, class: kind, example }) => `${n} ${kind}${example.step ? ` in ${example.step}` : ''}`),
        ]),
      )
    : {},
  failed_gates: gates.filter(({ status }) => status === 'failed').map(({ cell, metric }) => `${cell} ${metric}`),
});

function removeContainers(left: readonly string[]): void {
  const names = left.filter((one) => one.startsWith('container ')).map((one) => one.slice('container '.length));
  execFileSync('docker', ['--host', address, 'rm', '--force', ...names]);
}
