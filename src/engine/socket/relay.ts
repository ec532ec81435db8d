import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Daemon, unanswered } from './daemon.ts';
import { questionOf } from './forward.ts';
import type { Incoming, Passing } from './rule.ts';

/** More than any daemon says before its answer. */
const MAX_HEAD_BYTES = 64 * 1024;
const OF_THE_WAY = /^(?:connection|keep-alive):.*\r\n/gim;

/**
 * The answer byte for byte, in the chunks that the daemon made of it. It makes one of every line of a log, and to take millions of
 * them apart and make them again costs more than to read the log. The connection ends with the answer, or with who leaves first.
 */
export async function relay(
  daemon: Daemon,
  asked: Incoming,
  { response, passing }: { readonly response: ServerResponse; readonly passing: Passing },
): Promise<void> {
  const client = response.socket;
  if (client === null || response.destroyed) return;
  const upstream = await daemon.converse(questionOf(asked, passing)).catch(unanswered);
  response.once('close', () => upstream.destroy());
  const { head, rest } = await headOf(upstream).catch(unanswered);
  client.write(head.replace(OF_THE_WAY, '').replace(/\r\n$/, 'Connection: close\r\n\r\n'), 'latin1');
  client.write(rest);
  await pipeline(upstream, client, { end: false }).then(
    () => client.destroySoon(),
    () => client.destroy(),
  );
}

async function headOf(upstream: Duplex): Promise<{ readonly head: string; readonly rest: Buffer }> {
  let read = Buffer.alloc(0);
  for (;;) {
    const end = read.indexOf('\r\n\r\n');
    if (end >= 0) return { head: read.subarray(0, end + 4).toString('latin1'), rest: read.subarray(end + 4) };
    if (read.length > MAX_HEAD_BYTES) throw new Error('its answer has no end of its head');
    read = Buffer.concat([read, await more(upstream)]);
  }
}

/** What comes next; the rest stays where it is. */
function more(upstream: Duplex): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => (): void => {
      for (const [event, listener] of Object.entries(listeners)) upstream.off(event, listener);
      act();
    };
    const listeners = {
      readable: () => {
        const chunk = upstream.read() as Buffer | null;
        if (chunk) settle(() => resolve(chunk))();
      },
      end: settle(() => reject(new Error('it ended the connection'))),
      error: (error: Error) => settle(() => reject(error))(),
      close: settle(() => reject(new Error('it closed the connection'))),
    };
    for (const [event, listener] of Object.entries(listeners)) upstream.on(event, listener);
  });
}
