import type { IncomingMessage } from 'node:http';
import { RunnerError } from '../../errors.ts';
import type { OnProgress } from '../ports.ts';
import { DaemonRefusal } from './errors.ts';
import type { DaemonClient } from './http.ts';

export interface PullOptions {
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  /** The X-Registry-Auth header for an image, where the user is logged in at its registry. */
  readonly authOf: (image: string) => Promise<string | undefined>;
}

/** One line of the daemon's report. */
interface PullLine {
  readonly status?: string;
  readonly id?: string;
  readonly error?: string;
}

/** Brings an image here. Stopped by the signal: layers that came stay, nothing else does. */
export async function pullImage(client: DaemonClient, image: string, options: PullOptions): Promise<void> {
  options.onProgress(`pulling ${image}`);
  const auth = await options.authOf(image);
  try {
    const response = await client.send({
      method: 'POST',
      path: '/images/create',
      query: { fromImage: withTag(image) },
      ...(auth && { headers: { 'X-Registry-Auth': auth } }),
      signal: options.signal,
      doing: `pull ${image}`,
    });
    await follow(response, { image, onProgress: options.onProgress });
  } catch (thrown) {
    throw options.signal.aborted
      ? stopped(image, thrown)
      : thrown instanceof DaemonRefusal
        ? pullError(image, thrown.reason, thrown)
        : thrown;
  }
}

/** Without a tag the daemon would pull all of them. */
export const withTag = (image: string): string => (/[:@]/.test(image.slice(image.lastIndexOf('/') + 1)) ? image : `${image}:latest`);

/** Counts layers; the daemon says `Pulling fs layer`, then `Pull complete` or `Already exists`, with the layer's id. */
export class PullProgress {
  readonly #layers = new Map<string, boolean>();

  /** A sentence when the count has changed, else undefined. */
  take({ status = '', id }: PullLine): string | undefined {
    const before = this.#text();
    if (id && /^(Pull complete|Already exists)$/.test(status)) this.#layers.set(id, true);
    else if (id && status === 'Pulling fs layer') this.#layers.set(id, false);
    const after = this.#text();
    return after === before ? undefined : after;
  }

  #text(): string {
    const done = [...this.#layers.values()].filter(Boolean).length;
    return `${done} of ${this.#layers.size} layers`;
  }
}

async function follow(
  response: IncomingMessage,
  { image, onProgress }: { readonly image: string; readonly onProgress: OnProgress },
): Promise<void> {
  const progress = new PullProgress();
  for await (const line of linesOf(response)) {
    const report = JSON.parse(line) as PullLine;
    if (report.error) throw pullError(image, report.error);
    const counted = progress.take(report);
    if (counted) onProgress(`pulling ${image} (${counted})`);
  }
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of response.setEncoding('utf8')) {
    const lines = (rest + (chunk as string)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line.trim() !== '');
  }
  if (rest.trim()) yield rest;
}

function pullError(image: string, reason: string, cause?: unknown): RunnerError {
  const hint = HINTS.find(([pattern]) => pattern.test(reason))?.[1] ?? `Try \`docker pull ${image}\` by hand.`;
  return new RunnerError('image.missing', `the image ${image} is not here and cannot be pulled`, {
    detail: [`the daemon says: ${reason}`],
    hint,
    cause,
  });
}

const stopped = (image: string, cause: unknown): RunnerError => new RunnerError('image.missing', `pulling ${image} was stopped`, { cause });

const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /unauthorized|denied|authentication required|no basic auth credentials/i,
    'Check the name, and log in with `docker login` if the image is private.',
  ],
  [/manifest unknown|not found|manifest for/i, 'Check the name and the tag: the registry does not have them.'],
  [/toomanyrequests|rate limit/i, 'Wait, or log in with `docker login`: the registry limits anonymous pulls.'],
  [
    /no such host|lookup |dial tcp|i\/o timeout|network is unreachable|connection refused|TLS handshake/i,
    'Check the daemon’s network and proxy: it cannot reach the registry. An image that is here already needs none.',
  ],
  [/no space left/i, 'Free space where Docker keeps its files: `docker system df` shows what takes it.'],
];
