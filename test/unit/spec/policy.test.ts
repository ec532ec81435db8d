import { describe, expect, test } from 'vitest';
import { allowedBy, POLICY_KEYS, type Policy, refusals, refusedError } from '../../../src/spec/policy.ts';
import { load } from './support.ts';

const resolved = (path: string): string => path.replace(/^\/project\/link\b/, '/etc');
const NOTHING: Policy = { allowed: new Set(), trusted: [], resolved };
const ASKS_ALL = `image: a
workspace: { path: / , mode: bind }
mounts: [{ source: ../etc, target: /e }]
network: host
docker:
  privileged: true
  cap_add: [NET_ADMIN]
  devices: [/dev/kvm]
  socket: raw
  host_paths: { /builds: /srv }
steps: [x]
`;

describe('what reaches this machine', () => {
  test('is refused with its field, its line and the key that would allow it', async () => {
    const { spec, placeOf } = await load(ASKS_ALL.replace('path: / ', 'path: ./src '));
    const error = refusedError(refusals(spec, NOTHING), placeOf);
    expect(error.code).toBe('policy.refused');
    expect(error.at).toEqual({ file: 'runner.yaml', line: 3, column: 20 });
    expect(error.detail).toEqual([
      'runner.yaml:3:20  mounts[0].source  mounts /etc, outside the workspace; policy key `host-mounts`',
      'runner.yaml:4:10  network  uses the network of this machine; policy key `host-network`',
      'runner.yaml:6:15  docker.privileged  lets the steps do anything to this machine; policy key `privileged`',
      'runner.yaml:7:12  docker.cap_add  adds NET_ADMIN; policy key `capabilities`',
      'runner.yaml:8:12  docker.devices  opens /dev/kvm; policy key `devices`',
      'runner.yaml:9:11  docker.socket  hands out the Docker daemon of this machine; policy key `socket`',
      'runner.yaml:10:15  docker.host_paths  names paths of the daemon by hand; policy key `host-mounts`',
    ]);
    expect(error.hint).toContain('--allow host-mounts,host-network,privileged,capabilities,devices,socket');
  });

  test('is refused by where a path leads, not by what it is called', async () => {
    const { spec } = await load('image: a\nsteps: [x]\nmounts: [{ source: link/ssl, target: /e }, { source: other, target: /o }]\n');
    expect(refusals(spec, NOTHING)).toEqual([expect.objectContaining({ what: 'mounts /etc/ssl, outside the workspace' })]);
  });

  test('is not refused once every key is allowed', async () => {
    const { spec } = await load(ASKS_ALL);
    expect(refusals(spec, { ...NOTHING, allowed: new Set(POLICY_KEYS) })).toEqual([]);
  });

  test.each([
    ['workspace: { path: .. }', ['workspace', 'path']],
    ['network: { name: other }', ['network', 'name']],
    ['services: [{ name: s, image: a, mounts: [{ source: /etc, target: /e }] }]', ['services', 0, 'mounts', 0, 'source']],
  ])('%s is refused', async (field, path) => {
    const { spec } = await load(`image: a\nsteps: [x]\n${field}`);
    expect(refusals(spec, NOTHING).map((refusal) => refusal.path)).toEqual([path]);
  });

  test.each([
    'workspace: { path: sub/folder }',
    'mounts: [{ source: ./cache, target: /c }, { source: ., target: /d }, { source: ..cache, target: /f }]',
    'docker: { socket: guarded, runtime: runsc, cap_drop: [ALL] }',
    'ssh_agent: true',
    'resources: { gpus: all }',
    'network: none',
  ])('%s is not', async (field) => {
    const { spec } = await load(`image: a\nsteps: [x]\n${field}`);
    expect(refusals(spec, NOTHING)).toEqual([]);
  });

  test('a folder next to the workspace with a name that begins alike is outside', async () => {
    const { spec } = await load('image: a\nsteps: [x]\nmounts: [{ source: /project-secrets, target: /s }]');
    expect(refusals(spec, NOTHING)).toHaveLength(1);
  });

  test('the workspace may be around the spec where the caller stands', async () => {
    const { spec } = await load('image: a\nsteps: [x]\nworkspace: { path: .. }', { folder: '/repo/ci' });
    expect(refusals(spec, { ...NOTHING, trusted: ['/repo'] })).toEqual([]);
  });
});

describe('a policy', () => {
  const source = (content: unknown, from = '/etc/runner/policy.yaml') => ({ from, content });

  test('adds up from all sources, and a denial wins whatever its source', () => {
    const allowed = allowedBy([
      source({ allow: ['privileged', 'socket'] }, '--allow'),
      source({ deny: ['privileged'], allow: ['devices'] }),
    ]);
    expect([...allowed].toSorted()).toEqual(['devices', 'socket']);
  });

  test.each([
    [
      { allow: ['privilegd'] },
      'the policy from /etc/runner/policy.yaml cannot be read: `privilegd` is not a policy key; did you mean `privileged`?',
    ],
    [{ denny: [] }, 'the policy from /etc/runner/policy.yaml cannot be read: `denny` is neither `allow` nor `deny`'],
    [{ allow: 'socket' }, 'the policy from /etc/runner/policy.yaml cannot be read: `allow` is no list'],
    [null, 'the policy from /etc/runner/policy.yaml cannot be read: it is no mapping'],
  ])('%o is none, and opens no door', (content, message) => {
    expect(() => allowedBy([source(content)])).toThrow(expect.objectContaining({ code: 'usage.invalid', message }));
  });
});
