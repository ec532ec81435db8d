import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { PATH_WITH_PROGRAMS as PATH } from '../support/cache-folder.ts';
import { runCli, throwaway } from '../support/cli.ts';

const FIRST_BUILD_MS = 400_000;
const SPEC = `pattern: serial
ssh_agent: true
build: [{ tag: ssh }]
steps:
  - { name: lists, image: { build: ssh }, run: "ssh-add -l; ! ls ~/.ssh/id_* 2>/dev/null" }
`;
const DOCKERFILE = `FROM debian:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends openssh-client && rm -rf /var/lib/apt/lists/*
`;

test(
  'a step sees the keys of the caller’s SSH agent, and never the keys themselves',
  async () => {
    const cwd = throwaway();
    const socket = path.join(cwd, 'agent.sock');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void agent.kill());
    await new Promise((resolve) => agent.stdout.once('data', resolve));
    const key = path.join(cwd, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'only here', '-f', key]);
    execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
    writeFileSync(path.join(cwd, 'spec.yaml'), SPEC);
    writeFileSync(path.join(cwd, 'Dockerfile'), DOCKERFILE);
    writeFileSync(path.join(cwd, '.dockerignore'), '*\n');
    const { code, stdout, stderr } = await runCli(['exec', 'spec.yaml', '--progress', 'plain'], {
      cwd,
      env: { SSH_AUTH_SOCK: socket, PATH },
    });
    expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^256 SHA256:\S+ only here \(ED25519\)$/m) });
  },
  FIRST_BUILD_MS,
);
