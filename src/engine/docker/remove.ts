import { setTimeout as delay } from 'node:timers/promises';
import { DaemonRefusal, isNotFound } from './errors.ts';
import { putGuestsOut } from './guests.ts';
import { type DaemonClient, segment } from './http.ts';
import { isUnkillable, thaw } from './thaw.ts';

/** Somebody else is removing it: that ends. What still uses it may be on its way out, or may stay. */
const PATIENCE_MS = { removing: 20_000, inUse: 3_000 };
const PAUSE_MS = 50;

/** Kills it when it runs. Its anonymous volumes go, too. */
export async function removeContainer(client: DaemonClient, name: string): Promise<void> {
  const removal = { path: `/containers/${segment(name)}`, query: { force: 1, v: 1 }, doing: `remove container ${name}` };
  try {
    await removed(client, removal);
  } catch (refusal) {
    if (!isUnkillable(refusal) || !(await thaw(client, name))) throw refusal;
    await removed(client, removal);
  }
}

/** Whoever is in it and is none of its run's, such as the runner's own container, is put out and goes on without it. */
export const removeNetwork = (client: DaemonClient, name: string): Promise<void> =>
  removed(client, { path: `/networks/${segment(name)}`, doing: `remove network ${name}`, whenInUse: () => putGuestsOut(client, name) });

export const removeVolume = (client: DaemonClient, name: string): Promise<void> =>
  removed(client, { path: `/volumes/${segment(name)}`, doing: `remove volume ${name}` });

/** Takes the tag away; the image goes with its last one. */
export const removeImage = (client: DaemonClient, tag: string): Promise<void> =>
  removed(client, { path: `/images/${tag.split('/').map(segment).join('/')}`, doing: `remove image ${tag}` });

interface Removal {
  readonly path: string;
  readonly query?: Readonly<Record<string, number>>;
  readonly doing: string;
  /** What may help then, before it is tried again. */
  readonly whenInUse?: () => Promise<void>;
}

/** Absent is removed. A conflict passes more often than not, so it asks again until the thing is gone or patience is. */
async function removed(client: DaemonClient, { whenInUse, ...removal }: Removal): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const refusal = await client.done({ method: 'DELETE', ...removal }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (refusal === undefined || isNotFound(refusal)) return;
    if (performance.now() - startedAt > patienceMs(refusal)) throw refusal;
    await whenInUse?.();
    await delay(PAUSE_MS);
  }
}

/** A network with endpoints is refused with 403, everything else in use with 409. */
function patienceMs(refusal: unknown): number {
  if (!(refusal instanceof DaemonRefusal)) return 0;
  if (/removal .*in progress|already in progress/i.test(refusal.reason)) return PATIENCE_MS.removing;
  return refusal.status === 409 || /has active endpoints/i.test(refusal.reason) ? PATIENCE_MS.inUse : 0;
}
