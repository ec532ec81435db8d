import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { expect, test } from 'vitest';
import { runCli, throwaway } from '../support/cli.ts';

const spec = (port: number): string => `pattern: serial
image: busybox:1
network: host
services:
  - { name: web, image: "busybox:1", command: [httpd, -f, -p, "${port}"], ready: { tcp: ${port}, interval: 50ms, timeout: 20s } }
steps:
  - run: "true"
`;

const run = (port: number) => {
  const cwd = throwaway();
  writeFileSync(path.join(cwd, 'spec.yaml'), spec(port));
  return runCli(['exec', 'spec.yaml', '--progress', 'plain', '--allow', 'host-network'], { cwd });
};

test('a service on the network of this machine is refused a port that somebody has, before anything is made', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const { code, stderr } = await run(port);
  expect(code).toBe(125);
  expect(stderr).toContain(`port ${port} of service web is in use on this machine`);
  expect(stderr).toMatch(/spec\.yaml:5:\d+/);
  expect(stderr).not.toContain('exit 125 after'); // it never became a run

  await new Promise((resolve) => server.close(resolve));
  expect(await run(port)).toMatchObject({ code: 0 });
});
