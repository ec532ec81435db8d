import { describe, expect, test } from 'vitest';
import { groupWith, passwdWith } from '../../../../src/engine/docker/identity-files.ts';

const alice = { type: 'identity', uid: 1000, gid: 1000, groups: [1000, 27, 998], userName: 'alice', home: '/home/alice' } as const;
const passwd = 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n';
const group = 'root:x:0:\nsudo:x:27:\n';

describe('the user of a step', () => {
  test('comes before the image’s own user of that number, who stays', () => {
    expect(passwdWith(passwd, alice)).toBe(`alice:x:1000:1000:alice:/home/alice:/bin/sh\n${passwd}`);
  });

  test('is left as the image has it when it has it so', () => {
    const known = passwdWith('', alice);
    expect(passwdWith(known, alice)).toBe(known);
  });

  test('has a name for each of its groups, the image’s own where there is one', () => {
    expect(groupWith(group, alice)).toBe(`alice:x:1000:alice\ng998:x:998:alice\n${group}`);
  });

  test('takes no group name away from another number', () => {
    expect(groupWith('alice:x:50:\n', alice)).toBe('g1000:x:1000:alice\ng27:x:27:alice\ng998:x:998:alice\nalice:x:50:\n');
  });

  test('is all there is in an image without users', () => {
    expect(passwdWith('', alice)).toBe('alice:x:1000:1000:alice:/home/alice:/bin/sh\n');
  });
});
