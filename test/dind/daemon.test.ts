import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { newRunId } from '../../src/plan/names.ts';
import { runCli, throwaway } from '../support/cli.ts';
import { daemon } from '../support/daemon.ts';

/** What a run of the spec says, with what a private daemon needs allowed. */
async function run(spec: string, allow = 'privileged') {
  const cwd = throwaway();
  writeFileSync(path.join(cwd, 'spec.yaml'), spec);
  const { code, stdout, stderr } = await runCli(['exec', 'spec.yaml', '--progress', 'plain', '--allow', allow], { cwd });
  const stored = (pattern: string): string => {
    const [file] = globSync(`.state/runs/*/${pattern}`, { cwd });
    return file === undefined ? '' : readFileSync(path.join(cwd, file), 'utf8');
  };
  return { code, said: `${stdout}${stderr}`, stored };
}

test('what the spec says of the daemon is what the daemon has', async () => {
  const { code, said } = await run(`
pattern: dind
image: docker:cli
dind:
  registry_mirrors: ["https://mirror.example.org"]
  insecure_registries: ["registry.local:5000"]
  options: { default-shm-size: 96M, storage-driver: vfs }
  preload: [busybox:1]
steps:
  - docker info --format 'mirrors {{.RegistryConfig.Mirrors}} insecure {{index .RegistryConfig.IndexConfigs "registry.local:5000"}} driver {{.Driver}}'
  - docker run --rm busybox:1 df -m /dev/shm
`);
  expect({ code, said }).toMatchObject({ code: 0 });
  expect(said).toContain('mirrors [https://mirror.example.org/]');
  expect(said).toMatch(/insecure \S*registry\.local:5000 \[\] false/);
  expect(said).toMatch(/shm +96 /);
  expect(said).toContain('driver vfs');
  expect(said, 'a driver that copies every layer is warned of').toContain('the private daemon stores images with `vfs`');
});

test('its resources cap the daemon with everything that runs in it', async () => {
  const { code, said } = await run(`
pattern: dind
image: docker:cli
dind:
  resources: { cpus: 0.5, memory: 384MiB, pids: 150 }
  preload: [busybox:1]
steps:
  - docker run --rm --memory 2g busybox:1 sh -c 'dd if=/dev/zero of=/dev/null bs=600M count=1 2>&1; echo dd ended with $?'
  - docker run --rm busybox:1 sh -c 'n=0; while [ $n -lt 200 ]; do sleep 5 & n=$((n+1)); done' 2>&1 | tail -1
  - docker run --rm busybox:1 time -f 'took %e used %U' sh -c 'n=0; while [ $n -lt 400000 ]; do n=$((n+1)); done'
`);
  expect({ code, said }).toMatchObject({ code: 0 });
  expect(said, 'no memory for 600 MB').toContain('dd ended with 137');
  expect(said, 'no room for 200 processes').toContain("can't fork");
  const [, took = 0, used = 0] = /took ([\d.]+) used ([\d.]+)/.exec(said)?.map(Number) ?? [];
  expect(used).toBeGreaterThan(0);
  expect(took / used, 'half a processor').toBeGreaterThan(1.6);
});

test('packets inside are no larger than the network outside takes', async () => {
  const name = `mtu-${newRunId().slice(-12)}`;
  execFileSync('docker', ['network', 'create', '--opt', 'com.docker.network.driver.mtu=1280', name]);
  onTestFinished(() => daemon().removeNetwork(name));
  const { code, said } = await run(
    `
pattern: dind
image: docker:cli
network: { name: ${name} }
dind: { preload: [busybox:1] }
steps:
  - docker run --rm busybox:1 cat /sys/class/net/eth0/mtu
  - docker network create other >/dev/null; docker run --rm --network other busybox:1 sh -c 'echo other $(cat /sys/class/net/eth0/mtu)'
`,
    'privileged,host-network',
  );
  expect({ code, said }).toMatchObject({ code: 0 });
  expect(said).toMatch(/\| 1280$/m);
  expect(said).toMatch(/\| other 1280$/m);
});

test('a store has the images of the run before, and nothing that it started', async () => {
  const store = `test-${newRunId().slice(-12)}`;
  onTestFinished(() => daemon().removeVolume(`runner-cache-${process.getuid?.() ?? 0}-${store}`));
  const spec = (steps: string): string => `
pattern: dind
image: docker:cli
dind: { store: ${store}, preload: [busybox:1] }
steps:
${steps}`;
  const first = await run(
    spec(`  - docker network create n; docker volume create vol; docker run -d --restart always --network n -v vol:/v busybox:1 sleep 1000
  - docker tag busybox:1 mine:1
`),
  );
  expect(first).toMatchObject({ code: 0 });
  expect(first.stored('events.ndjson')).toContain('busybox:1 loaded in');
  const second = await run(
    spec(`  - echo containers $(docker ps --all --quiet | wc -l) volumes $(docker volume ls --quiet | wc -l) networks $(docker network ls --quiet | wc -l)
  - docker run --rm mine:1 echo mine
`),
  );
  expect(second).toMatchObject({ code: 0 });
  expect(second.stored('events.ndjson')).toContain('busybox:1 is there');
  expect(second.said).toContain('containers 0 volumes 0 networks 3');
  expect(second.said).toContain('mine');
});

test('after a failure the run has the daemon’s containers, their last words and what took its disk', async () => {
  const { code, stored } = await run(`
pattern: dind
image: docker:cli
dind: { preload: [busybox:1] }
steps: ["docker run --name broken busybox:1 sh -c 'echo its last words; exit 3'"]
`);
  expect(code).toBe(3);
  const evidence = (name: string): string => stored(`evidence/private-daemon-${name}.txt`);
  expect(evidence('containers')).toMatch(/broken/);
  expect(evidence('logs')).toContain('== /broken busybox:1 exited 3\nits last words');
  expect(evidence('disk')).toMatch(/busybox +1 /);
});

test('without the policy the run is refused before anything is made, with the field, its line and the key', async () => {
  const cwd = throwaway();
  writeFileSync(path.join(cwd, 'spec.yaml'), 'image: docker:cli\npattern: dind\nsteps: [docker version]\n');
  const { code, stderr } = await runCli(['exec', 'spec.yaml'], { cwd });
  expect(code).toBe(126);
  expect(stderr).toMatch(/spec\.yaml:2:10 +pattern +starts a Docker daemon in a privileged container; policy key `privileged`/);
  expect(stderr).toContain('--allow privileged');
});

test('a container that a step has paused inside does not keep the daemon', { timeout: 60_000 }, async () => {
  const { code, said } = await run(`
pattern: dind
image: docker:cli
dind: { preload: [busybox:1] }
steps:
  - docker run -d --name held busybox:1 sleep 1000 >/dev/null && docker pause held
`);
  expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining('leftovers 0') });
});
