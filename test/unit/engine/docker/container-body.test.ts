import { describe, expect, test } from 'vitest';
import { bodyOf } from '../../../../src/engine/docker/container-body.ts';
import type { ContainerPlan } from '../../../../src/plan/plan.ts';
import { planOf } from '../../../contract/setting.ts';

const body = (over: Partial<ContainerPlan>): Record<string, unknown> => bodyOf({ ...planOf('c', ['true']), ...over });
const hostConfig = (over: Partial<ContainerPlan>): Record<string, unknown> => body(over)['HostConfig'] as Record<string, unknown>;

describe('the daemon is asked for', () => {
  test('no log, no AutoRemove, no new privileges, and an end to fork bombs, in every container', () => {
    expect(hostConfig({})).toMatchObject({
      LogConfig: { Type: 'none' },
      AutoRemove: false,
      Init: true,
      SecurityOpt: ['no-new-privileges'],
      PidsLimit: 4096,
    });
  });

  test('limits, with swap off where there is a limit of memory', () => {
    const resources = { cpus: 1.5, memoryBytes: 2 ** 30, pids: 512, gpus: 2 };
    expect(hostConfig({ resources, ulimits: { nofile: { soft: 1024, hard: 2048 } } })).toMatchObject({
      NanoCpus: 1_500_000_000,
      Memory: 2 ** 30,
      MemorySwap: 2 ** 30,
      PidsLimit: 512,
      DeviceRequests: [{ Count: 2, Capabilities: [['gpu']] }],
      Ulimits: [{ Name: 'nofile', Soft: 1024, Hard: 2048 }],
    });
    expect(hostConfig({ resources: { ...resources, gpus: 'all' } })).toMatchObject({ DeviceRequests: [{ Count: -1 }] });
  });

  test('mounts that must exist, volumes with a sub-path, and memory with an owner', () => {
    const mounts = [
      { type: 'bind', hostPath: '/here', daemonPath: '/there', target: '/w', readOnly: true },
      { type: 'volume', volume: 'v', subpath: 'a/b', target: '/v', readOnly: false },
      { type: 'tmpfs', target: '/run/secrets', sizeBytes: 4096, mode: 0o700, uid: 1000, gid: 100 },
      { type: 'tmpfs', target: '/tmp' },
    ] as const;
    const config = hostConfig({ mounts });
    expect(config['Binds']).toBeUndefined();
    expect(config['Mounts']).toEqual([
      { Type: 'bind', Source: '/there', Target: '/w', ReadOnly: true },
      { Type: 'volume', Source: 'v', Target: '/v', ReadOnly: false, VolumeOptions: { Subpath: 'a/b' } },
    ]);
    expect(config['Tmpfs']).toEqual({
      '/run/secrets': 'rw,exec,nosuid,nodev,size=4096,mode=700,uid=1000,gid=100',
      '/tmp': 'rw,exec,nosuid,nodev',
    });
  });

  test('a network with names on it', () => {
    const made = body({ network: { type: 'network', name: 'n', aliases: ['db', 'database'] } });
    expect(made['HostConfig']).toMatchObject({ NetworkMode: 'n' });
    expect(made['NetworkingConfig']).toEqual({ EndpointsConfig: { n: { Aliases: ['db', 'database'] } } });
  });

  test('the namespace of another container, which has its host name already', () => {
    const made = body({ network: { type: 'container', container: 'holder' }, hostname: 'mine' });
    expect(made['HostConfig']).toMatchObject({ NetworkMode: 'container:holder' });
    expect(made['Hostname']).toBeUndefined();
    expect(body({ hostname: 'mine' })['Hostname']).toBe('mine');
  });

  test.each([
    ['/dev/fuse', { PathOnHost: '/dev/fuse', PathInContainer: '/dev/fuse', CgroupPermissions: 'rwm' }],
    ['/dev/a:/dev/b', { PathOnHost: '/dev/a', PathInContainer: '/dev/b', CgroupPermissions: 'rwm' }],
    ['/dev/a:/dev/b:r', { PathOnHost: '/dev/a', PathInContainer: '/dev/b', CgroupPermissions: 'r' }],
  ])('the device %s', (device, asked) => expect(hostConfig({ devices: [device] })['Devices']).toEqual([asked]));

  test('an open standard input only for what reads secrets from it', () => {
    expect(body({ stdin: 'secrets' })).toMatchObject({ OpenStdin: true, StdinOnce: true, AttachStdin: true });
    expect(body({})).toMatchObject({ OpenStdin: false, AttachStdin: false });
  });

  test('what the image says, where the plan says nothing', () => {
    const made = body({ command: [] });
    for (const field of ['Cmd', 'Entrypoint', 'User', 'WorkingDir']) expect(made).not.toHaveProperty(field);
    expect(body({ entrypoint: ['sh'], user: '1:2', dir: '/w' })).toMatchObject({ Entrypoint: ['sh'], User: '1:2', WorkingDir: '/w' });
  });

  test('new privileges where privileges were asked for', () => {
    expect(hostConfig({ privileged: true })).toMatchObject({ Privileged: true, SecurityOpt: [] });
  });
});
