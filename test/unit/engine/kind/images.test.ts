import { describe, expect, test } from 'vitest';
import { presentIn } from '../../../../src/engine/kind/node-images.ts';
import { fullName } from '../../../../src/plan/image-name.ts';

const listing = JSON.stringify({
  images: [
    { id: 'sha256:aa', repoTags: ['docker.io/library/busybox:1'], repoDigests: ['docker.io/library/import-2026@sha256:bb'] },
    { id: 'sha256:cc', repoTags: [], repoDigests: [] },
    { id: 'sha256:dd', repoTags: null, repoDigests: null },
  ],
});

describe('an image is on a node', () => {
  test('when its name leads to the configuration that the classic store calls it by', () =>
    expect([...presentIn(listing, [{ as: 'busybox:1', id: 'sha256:aa' }])]).toEqual(['busybox:1']));

  test('when its name leads to the manifest that the containerd store calls it by', () =>
    expect([...presentIn(listing, [{ as: 'busybox:1', id: 'sha256:bb' }])]).toEqual(['busybox:1']));

  test('not when its name leads to another image', () =>
    expect([...presentIn(listing, [{ as: 'busybox:1', id: 'sha256:cc' }])]).toEqual([]));

  test('not when the image is there under another name', () =>
    expect([...presentIn(listing, [{ as: 'app', id: 'sha256:aa' }])]).toEqual([]));
});

test.each([
  ['busybox', 'docker.io/library/busybox:latest'],
  ['busybox:1', 'docker.io/library/busybox:1'],
  ['runner/app:0193', 'docker.io/runner/app:0193'],
  ['registry.k8s.io/pause:3.10', 'registry.k8s.io/pause:3.10'],
  ['localhost:5000/a/b', 'localhost:5000/a/b:latest'],
  ['localhost/a', 'localhost/a:latest'],
  ['a@sha256:00', 'docker.io/library/a@sha256:00'],
])('containerd calls %s %s', (image, full) => expect(fullName(image)).toBe(full));
