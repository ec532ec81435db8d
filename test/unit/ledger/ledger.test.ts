import { spawnSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendLine, ledgerFolder, openLedger } from '../../../src/ledger/ledger.ts';
import { type LedgerRecord, lineText, recordOf } from '../../../src/ledger/record.ts';
import { CONTAINER, headerOf, NETWORK, RUN, VOLUME } from './a-ledger.ts';

let state: string;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'ledger-'));
});
afterEach(() => rm(state, { recursive: true, force: true }));

const read = async (path: string): Promise<LedgerRecord | undefined> => recordOf(path, await readFile(path, 'utf8'));

test('an open ledger holds all that the plan will make, for its owner’s eyes only', async () => {
  const { path } = await openLedger(state, headerOf(), [CONTAINER, NETWORK]);
  expect(path).toBe(join(state, 'ledger', `${RUN}.jsonl`));
  expect(await read(path)).toEqual({ ...headerOf(), path, resources: [CONTAINER, NETWORK], isClosed: false });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(ledgerFolder(state))).mode & 0o777).toBe(0o700);
});

test('what turned up later is owned, and what was removed is not', async () => {
  const ledger = await openLedger(state, headerOf(), [CONTAINER, NETWORK]);
  await ledger.own(VOLUME);
  ledger.removed(CONTAINER);
  expect((await read(ledger.path))?.resources).toEqual([NETWORK, VOLUME]);
});

test('a ledger whose run gave everything back is gone', async () => {
  const ledger = await openLedger(state, headerOf(), [CONTAINER]);
  await ledger.close();
  expect(await readdir(ledgerFolder(state))).toEqual([]);
});

test('a kept run says until when', async () => {
  const ledger = await openLedger(state, headerOf(), [CONTAINER]);
  await ledger.keep(99_000);
  expect(await read(ledger.path)).toMatchObject({ keptUntil: 99_000, resources: [CONTAINER] });
});

test('a run that left something says that it is over', async () => {
  const ledger = await openLedger(state, headerOf(), [CONTAINER]);
  await ledger.leave();
  expect(await read(ledger.path)).toMatchObject({ isClosed: true });
});

test('two runs of one name can not share a ledger', async () => {
  await openLedger(state, headerOf(), []);
  await expect(openLedger(state, headerOf(), [])).rejects.toMatchObject({ code: 'state.unwritable' });
});

test('a state folder that is a file is a clear error', async () => {
  await writeFile(join(state, 'ledger'), '');
  await expect(openLedger(state, headerOf(), [])).rejects.toMatchObject({
    code: 'state.unwritable',
    message: `the runner's state can't be written to ${state}/ledger`,
    hint: expect.stringContaining('RUNNER_STATE_DIR'),
  });
});

test.skipIf(process.getuid?.() !== 0)('a full disk is a clear error, and leaves no torn ledger', async () => {
  const small = join(state, 'small');
  await mkdir(small);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', small]).status !== 0) return;
  try {
    spawnSync('sh', ['-c', `mkdir ${small}/ledger; head -c 60k /dev/zero > ${small}/full; cat /dev/zero > ${small}/fuller 2>/dev/null`]);
    const many = Array.from({ length: 900 }, (_, i) => ({ kind: 'container' as const, name: `container-${i}` }));
    await expect(openLedger(small, headerOf(), many)).rejects.toMatchObject({ code: 'host.disk-full' });
    expect(await readdir(ledgerFolder(small))).toEqual([]);
  } finally {
    spawnSync('umount', [small]);
  }
});

test('a torn last line is passed over, and what others append after it is read', async () => {
  const { path } = await openLedger(state, headerOf(), [CONTAINER]);
  await appendFile(path, '{"type":"removed","resou');
  expect((await read(path))?.resources).toEqual([CONTAINER]);
  await appendLine(path, { type: 'quiet', at: 5 });
  expect(await read(path)).toMatchObject({ resources: [CONTAINER], quietAt: 5 });
});

test('a ledger torn at any byte owns what it did before the tear, or nothing at all', () => {
  const lines = [
    lineText({ type: 'opened', version: 1, ...headerOf() }),
    lineText({ type: 'own', resources: [CONTAINER] }),
    lineText({ type: 'removed', resource: CONTAINER }),
  ];
  const text = lines.join('');
  fc.assert(
    fc.property(fc.nat(text.length), (length) => {
      const record = recordOf('x', text.slice(0, length));
      const [first = 0, second = 0, third = 0] = lines.map((_, i) => lines.slice(0, i + 1).join('').length - 1);
      expect(record?.resources).toEqual(length < first ? undefined : length < second || length >= third ? [] : [CONTAINER]);
    }),
  );
});

test('a ledger of a later version is left to it', () => {
  expect(recordOf('x', '{"type":"opened","version":2}\n')).toBeUndefined();
});
