import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectDocker } from '../../../../src/engine/docker/connect.ts';
import type { ContainerEngine } from '../../../../src/engine/ports.ts';
import { type ScriptedDaemon, scriptedDaemon } from '../../../support/scripted-daemon.ts';

let daemon: ScriptedDaemon;
let engine: ContainerEngine;
beforeEach(async () => {
  daemon = await scriptedDaemon();
  engine = connectDocker({ environment: { DOCKER_HOST: daemon.url }, readFile: () => undefined, routes: () => '' });
});
afterEach(() => daemon.close());

const answer = (method: string, status: number, body: unknown, times?: number): void =>
  daemon.rule({ method, path: /./, fault: { type: 'answer', status, body }, ...(times !== undefined && { times }) });

describe('removing', () => {
  test('takes anonymous volumes along, and does not ask a running container to stop', async () => {
    answer('DELETE', 204, '');
    await engine.removeContainer('c');
    expect(daemon.seen).toEqual(['DELETE /containers/c?force=1&v=1']);
  });

  test('what somebody else is removing waits until it is gone', async () => {
    answer('DELETE', 404, { message: 'No such container: c' });
    answer('DELETE', 409, { message: 'removal of container c is already in progress' }, 3);
    await engine.removeContainer('c');
    expect(daemon.seen).toHaveLength(4);
  });

  test('a network asks again while its last container is on its way out', async () => {
    answer('DELETE', 204, '');
    answer('DELETE', 403, { message: 'error while removing network: network n has active endpoints' }, 2);
    await engine.removeNetwork('n');
    expect(daemon.seen.filter((call) => call.startsWith('DELETE'))).toHaveLength(3);
  });

  test('what stays in use is an error with the daemon’s reason, after a while', async () => {
    answer('DELETE', 409, { message: 'remove v: volume is in use - [c]' });
    await expect(engine.removeVolume('v')).rejects.toMatchObject({
      code: 'docker.failed',
      detail: ['the daemon says: remove v: volume is in use - [c]'],
    });
    expect(daemon.seen.length).toBeGreaterThan(10);
  });

  test('does not try again what is refused for another reason', async () => {
    answer('DELETE', 500, { message: 'driver failed' });
    await expect(engine.removeContainer('c')).rejects.toMatchObject({ code: 'docker.failed' });
    expect(daemon.seen).toHaveLength(1);
  });

  describe('a container that does not end when it is killed', () => {
    const UNKILLABLE = { message: 'could not kill: tried to kill container, but did not receive an exit event' };
    const inspected = (privileged: boolean): void => {
      const body = { Id: 'c1', Image: 'sha256:1', Config: { Labels: { mine: 'yes' } }, HostConfig: { Privileged: privileged } };
      daemon.rule({ method: 'GET', path: /\/containers\/c\/json/, fault: { type: 'answer', status: 200, body } });
    };
    const helped = (code: number): void => {
      daemon.rule({ method: 'POST', path: /./, fault: { type: 'answer', status: 200, body: { StatusCode: code } } });
      answer('DELETE', 204, '');
      daemon.rule({ method: 'DELETE', path: /\/c\?/, times: 1, fault: { type: 'answer', status: 500, body: UNKILLABLE } });
    };
    const seen = (): readonly string[] => daemon.seen.map((call) => call.split('?')[0] ?? '');

    test('is thawed by a helper that is gone before it is removed', async () => {
      inspected(true);
      helped(0);
      await engine.removeContainer('c');
      const helper = [
        'DELETE /containers/c-thaw',
        'POST /containers/create',
        'POST /containers/c-thaw/start',
        'POST /containers/c-thaw/wait',
      ];
      expect(seen()).toEqual([
        'DELETE /containers/c',
        'GET /containers/c/json',
        ...helper,
        'DELETE /containers/c-thaw',
        'DELETE /containers/c',
      ]);
    });

    test('is an error with the daemon’s reason where nothing in it was frozen', async () => {
      inspected(true);
      helped(1);
      await expect(engine.removeContainer('c')).rejects.toMatchObject({ detail: [`the daemon says: ${UNKILLABLE.message}`] });
      expect(seen().at(-1)).toBe('DELETE /containers/c-thaw');
    });

    test('gets no privileged helper where it has no privileges itself', async () => {
      inspected(false);
      helped(0);
      await expect(engine.removeContainer('c')).rejects.toMatchObject({ detail: [`the daemon says: ${UNKILLABLE.message}`] });
      expect(seen()).not.toContain('POST /containers/create');
    });
  });

  test('names images with their slashes', async () => {
    answer('DELETE', 200, []);
    await engine.removeImage('runner/app:0193');
    expect(daemon.seen).toEqual(['DELETE /images/runner/app%3A0193']);
  });
});

describe('a network', () => {
  const network = { name: 'n', labels: { a: 'b' } };

  test('tries the next subnet when another run was faster', async () => {
    answer('GET', 200, []);
    answer('POST', 201, { Id: 'x' });
    answer('POST', 403, { message: 'Pool overlaps with other one on this address space' }, 3);
    await engine.createNetwork(network);
    expect(daemon.seen).toEqual(['GET /networks', ...Array(4).fill('POST /networks/create')]);
  });

  test('has none when every subnet is taken, by networks or by routes', async () => {
    answer('GET', 200, [{ IPAM: { Config: [{ Subnet: '10.0.0.0/8' }, { Subnet: '198.18.0.0/15' }] } }, { IPAM: { Config: null } }]);
    await expect(engine.createNetwork(network)).rejects.toMatchObject({
      code: 'network.no-subnet',
      hint: expect.stringContaining('runner gc'),
    });
    expect(daemon.seen).toEqual(['GET /networks']);
  });

  test('gives up in the end when the daemon sees overlaps that nobody else does', async () => {
    answer('GET', 200, []);
    answer('POST', 400, { message: 'invalid pool request: Pool overlaps with other one on this address space' });
    await expect(engine.createNetwork(network)).rejects.toMatchObject({ code: 'network.no-subnet' });
    expect(daemon.seen).toHaveLength(21);
  });
});
