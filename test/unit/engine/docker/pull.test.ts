import { expect, test } from 'vitest';
import { PullProgress, withTag } from '../../../../src/engine/docker/pull.ts';

test.each([
  ['busybox', 'busybox:latest'],
  ['busybox:1', 'busybox:1'],
  ['registry:5000/team/app', 'registry:5000/team/app:latest'],
  ['registry:5000/team/app:2', 'registry:5000/team/app:2'],
  ['app@sha256:aa', 'app@sha256:aa'],
])('pulling %s asks for %s, and never for all tags', (image, asked) => expect(withTag(image)).toBe(asked));

test('a pull is told by its layers, and only when their number changes', () => {
  const progress = new PullProgress();
  const told = [
    { status: 'Pulling from library/debian', id: 'bookworm' },
    { status: 'Pulling fs layer', id: 'a' },
    { status: 'Already exists', id: 'b' },
    { status: 'Downloading', id: 'a' },
    { status: 'Pull complete', id: 'a' },
    { status: 'Digest: sha256:…' },
  ].map((line) => progress.take(line));
  expect(told).toEqual([undefined, '0 of 1 layers', '1 of 2 layers', undefined, '2 of 2 layers', undefined]);
});
