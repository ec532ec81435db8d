import { execFileSync, spawnSync } from 'node:child_process';
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
  /** `shared`: the one of all tests, whose published ports this machine reaches. Default: one of its own. */
  readonly daemon?: 'shared';
  /** Images that the daemon has to have besides, by their recipes in fixtures/images; and recipes of programs. */
  readonly images?: Readonly<Record<string, string>>;
  readonly programs?: readonly string[];
  /** Folders of other fixtures that it runs, relative to `fixtures/matrix`. */
  readonly beside?: readonly string[];
  /** Good runs of timed ones, by cell. */
  readonly runs: Readonly<Record<string, string>>;
  /** Why cells are not run. */
  readonly skipped?: Readonly<Record<string, string>>;
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

/** Made where the tests have their images from. */
const make = (recipes: readonly string[]): unknown => recipes.length > 0 && run('images/make', recipes);

/** Which image the daemon has under this name; a daemon is named as `docker` wants it. */
const idOf = (image: string, daemon: readonly string[] = []): string =>
  spawnSync('docker', [...daemon, 'image', 'inspect', '--format', '{{.Id}}', image], { encoding: 'utf8' }).stdout;

/** Brought over to the daemon of their own, unless it has just that image. */
function bring(images: readonly string[]): void {
  const missing = images.filter((image) => idOf(image) !== idOf(image, ['--host', address]));
  for (const image of missing) execFileSync('sh', ['-c', `docker save ${image} | docker --host ${address} load`]);
}

beforeAll(() => {
  address = run('engine/up', [], ENGINE);
  make(['busybox', 'debian']);
  bring(['busybox:1', 'debian:bookworm']);
}, 400_000);

afterAll(() => void run('engine/down', [], ENGINE), 60_000);

describe.each(readdirSync(SOURCE))('fixtures/matrix/%s', (name) => {
  const expected = JSON.parse(readFileSync(path.join(SOURCE, name, 'expect.json'), 'utf8')) as Expectation;

  test('shows what it expects, in its report as on the screen', async () => {
    const { images = {}, programs = [] } = expected;
    make([...Object.keys(images), ...programs]);
    if (expected.daemon !== 'shared') bring(Object.values(images));
    const cwd = placed(name, expected.beside ?? []);
    const args = ['matrix', `matrix/${name}/matrix.yaml`, '--json', 'report.json', ...(expected.args ?? [])];
    const { code, stdout, stderr } = await runCli(args, { cwd, env: expected.daemon === 'shared' ? {} : { DOCKER_HOST: address } });
    expect(code, `${stdout}${stderr}`).toBe(expected.exit);
    const report = JSON.parse(readFileSync(path.join(cwd, 'report.json'), 'utf8')) as MatrixReport;
    expect(seen(report, expected), stdout).toEqual({
      verdict: expected.verdict,
      runs: expected.runs,
      skipped: expected.skipped ?? {},
      drifts: expected.drifts ?? {},
      failures: expected.failures ?? {},
      failed_gates: expected.failed_gates,
    });
    const left = report.cells.flatMap(({ leaks }) => leaks.flatMap(({ leaked }) => leaked));
    expect(left.filter((one) => !expected.leaked || !one.startsWith(expected.leaked))).toEqual([]);
    expect(stdout).toContain(`${report.name}: ${expected.verdict}`);
    if (expected.leaked) removeContainers(left);
  }, 1_200_000);
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
  skipped: Object.fromEntries(cells.flatMap(({ record: { id, unavailable } }) => (unavailable ? [[id, unavailable[0]]] : []))),
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
