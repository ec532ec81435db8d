import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Ended, ROOT } from '../../support/cli.ts';
import { socketOfDaemon } from '../../support/daemon.ts';

/** The image of an agent: the runner as it was just built, with its Node and the Docker client. Whoever asks for it removes it. */
export function agentImage(): string {
  const image = `runner-test/agent:${process.pid}-${Date.now()}`;
  const scratch = mkdtempSync(path.join(tmpdir(), 'runner-test-image-'));
  makeImages('docker-cli', 'busybox');
  execFileSync(path.join(ROOT, 'fixtures/images/runner/build'), {
    cwd: scratch,
    env: { ...process.env, image, hash: 'test' },
    stdio: 'pipe',
  });
  rmSync(scratch, { recursive: true });
  return image;
}

/** See to it that the daemon has what these recipes make. */
export const makeImages = (...recipes: readonly string[]): void =>
  void execFileSync(path.join(ROOT, 'fixtures/images/make'), recipes, { stdio: 'ignore' });

export const docker = (...args: readonly string[]): string =>
  execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

/** Who may use the socket. */
export const socketGroup = (): number => statSync(socketOfDaemon()).gid;

/** What an agent is given of the daemon, as everybody does it. */
export const SOCKET_MOUNT: readonly string[] = ['-v', `${socketOfDaemon()}:/var/run/docker.sock`];

/** `docker run --rm` with these words, beside the test. */
export function runAgent(args: readonly string[]): Promise<Ended> {
  const child = spawn('docker', ['run', '--rm', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, ...said })));
}
