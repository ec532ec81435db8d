import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { alivenessOf, type Here, ownerOf, pidOf, thisMachine } from '../../../src/ledger/owner.ts';

const hereWith = (processes: Readonly<Record<number, string | undefined>>, more: Partial<Here> = {}): Here => ({
  machine: 'ci-1',
  bootId: 'boot-1',
  pidNamespace: '4026531836',
  exists: (pid) => pid in processes,
  startTimeOf: (pid) => processes[pid],
  ...more,
});
const owner = ownerOf(70, hereWith({ 70: '1234' }));

test('an owner is a boot, a pid namespace, a pid, a start time and a machine', () => {
  expect(owner).toBe('boot-1/4026531836/70/1234/ci-1');
  expect(pidOf(owner)).toBe('70');
});

test.each([
  ['its process runs', hereWith({ 70: '1234' }), 'alive'],
  ['its process can be seen but not looked into', hereWith({ 70: undefined }), 'alive'],
  ['its process is gone', hereWith({}), 'dead'],
  ['its pid was given to somebody else', hereWith({ 70: '9999' }), 'dead'],
  ['the machine was started anew', hereWith({ 70: '1234' }, { bootId: 'boot-2' }), 'dead'],
  ['it is one of another machine', hereWith({ 70: '1234' }, { bootId: 'boot-2', machine: 'ci-2' }), 'unknown'],
  ['it lives in another container', hereWith({ 70: '1234' }, { pidNamespace: '1' }), 'unknown'],
])('when %s, an owner is %s', (_, here, expected) => {
  expect(alivenessOf(owner, here)).toBe(expected);
});

test('a name that is no owner says nothing', () => {
  expect(alivenessOf('', hereWith({}))).toBe('unknown');
  expect(alivenessOf('somebody', hereWith({}))).toBe('unknown');
});

test('a real process is alive until it has ended', async () => {
  const child = spawn('sleep', ['60']);
  const real = ownerOf(child.pid ?? 0);
  expect(alivenessOf(real)).toBe('alive');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(alivenessOf(real)).toBe('dead');
});

test('the first process of this machine is another user’s, and alive', () => {
  expect(alivenessOf(ownerOf(1))).toBe('alive');
  expect(thisMachine().exists(1)).toBe(true);
});
