import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { extract, pack } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import { labelledContext } from '../../../../src/engine/socket/context.ts';

const archiveOf = (fill: (to: ReturnType<typeof pack>) => void): Promise<Buffer> => {
  const packed = pack();
  fill(packed);
  packed.finalize();
  return buffer(packed);
};

/** What the daemon would find, with the text of files. */
async function passed(archive: Buffer, dockerfile = ''): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  const tar = extract();
  const body = (async function* () {
    for (let at = 0; at < archive.length; at += 700) yield archive.subarray(at, at + 700);
  })();
  tar.end(await buffer(labelledContext(body, { dockerfile, labels: { a: 'b' } })));
  for await (const entry of tar) found[entry.header.name] = entry.header.linkname ?? (await buffer(entry)).toString('latin1');
  return found;
}

describe('the context of a build', () => {
  test('goes on with labels in its Dockerfile, and everything else as it is', async () => {
    const large = '\x00\xff'.repeat(300_000);
    const archive = await archiveOf((to) => {
      to.entry({ name: 'large' }, Buffer.from(large, 'latin1'));
      to.entry({ name: './Dockerfile' }, 'FROM x\n');
      to.entry({ name: 'folder', type: 'directory' });
      to.entry({ name: `${'deep/'.repeat(40)}file` }, 'deep');
      to.entry({ name: 'folder/Dockerfile' }, 'FROM y\n');
      to.entry({ name: 'link', type: 'symlink', linkname: 'large' });
    });
    const expected = { large, './Dockerfile': 'FROM x\nLABEL "a"="b"\n', folder: '', 'folder/Dockerfile': 'FROM y\n', link: 'large' };
    expect(await passed(archive)).toMatchObject(expected);
    expect(Object.keys(await passed(gzipSync(archive)))).toHaveLength(6);
    expect(await passed(archive, 'folder/../folder/Dockerfile')).toMatchObject({
      './Dockerfile': 'FROM x\n',
      'folder/Dockerfile': 'FROM y\nLABEL "a"="b"\n',
    });
  });

  test('with a Dockerfile that is a link, or none, is refused, and so is what is no archive or ends early', async () => {
    const linked = await archiveOf((to) => {
      to.entry({ name: 'other' }, 'FROM x\n');
      to.entry({ name: 'Dockerfile', type: 'symlink', linkname: 'other' });
    });
    await expect(passed(linked)).rejects.toThrow('the context has no plain file Dockerfile');
    await expect(passed(linked, 'absent')).rejects.toThrow('the context has no plain file absent');
    await expect(passed(Buffer.from('FROM x\n'.repeat(300)))).rejects.toThrow("the context can't be read");
    await expect(passed(linked.subarray(0, 800))).rejects.toThrow("the context can't be read");
    await expect(passed(Buffer.alloc(0))).rejects.toThrow('the archive is empty');
  });
});
