import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Started, startCli, throwaway } from '../support/cli.ts';
import { leftOnDaemon } from '../support/daemon.ts';

const COMPOSE = `services:
  web:
    image: busybox:1
    command: httpd -f -h /html
    volumes: ['./html:/html', 'data:/data']
volumes: { data: {} }
`;

/** Up, until the test has seen it; what it sees then, itself included; down. */
const SCRIPT = `docker compose up --detach --wait
echo 'it is up'
until test -e go; do sleep 0.1; done
echo "projects: $(docker compose ls --quiet | wc -l), containers: $(docker ps --all --quiet | wc -l)"
docker compose exec -T web wget -qO- http://web/
docker compose down --volumes
`;

const begun: Started[] = [];
afterEach(async () => {
  for (const { child } of begun) child.kill('SIGINT');
  await Promise.all(begun.splice(0).map(({ ended }) => ended));
});

/** A run in a folder that is called as every other's. */
function begin(page: string, env = ''): Started & { readonly go: () => void } {
  const cwd = path.join(throwaway(), 'app');
  mkdirSync(path.join(cwd, 'html'), { recursive: true });
  writeFileSync(path.join(cwd, 'html/index.html'), `${page}\n`);
  writeFileSync(path.join(cwd, 'compose.yaml'), COMPOSE);
  const steps = JSON.stringify([{ name: 'compose', run: SCRIPT }]);
  writeFileSync(path.join(cwd, 'spec.yaml'), `pattern: sibling\nimage: docker:cli\nenv: { ${env} }\nsteps: ${steps}\n`);
  const started = startCli(['exec', 'spec.yaml', '--progress', 'plain'], { cwd });
  begun.push(started);
  return { ...started, go: () => writeFileSync(path.join(cwd, 'go'), '') };
}

const runOf = (text: string): string => /, run (\S+)/.exec(text)?.[1] as string;

test('the same Compose file in a folder of the same name is up in two runs at once, and neither sees the other', async () => {
  const runs = ['first', 'second'].map((page) => ({ page, ...begin(page) }));
  await Promise.all(runs.map(({ shown }) => shown('it is up')));
  for (const { go } of runs) go();
  for (const { page, ended } of runs) {
    const { code, stdout, stderr } = await ended;
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toMatch(new RegExp(`^projects: 1, containers: 2\\n${page}$`, 'm'));
    expect(await leftOnDaemon(runOf(stderr))).toEqual([]);
  }
});

test('a project that two runs call the same by hand is the first one’s, and the second is told so', async () => {
  const named = `COMPOSE_PROJECT_NAME: "same-${process.pid}"`;
  const first = begin('first', named);
  await first.shown('it is up');
  const second = begin('second', named);
  const refused = await second.ended;
  expect(refused.code).toBe(1);
  expect(refused.stdout + refused.stderr).toMatch(/same-\d+\S* .*(?:already exists|taken|in use)/);
  first.go();
  const { code, stdout, stderr } = await first.ended;
  expect(code, stdout + stderr).toBe(0);
  expect(stdout).toMatch(/^first$/m);
});
