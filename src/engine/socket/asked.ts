import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { malformed, Refusal } from './refusal.ts';
import { type JsonObject, parseObject } from './strict-json.ts';

/** A request, read as the daemon would read it, where there is only one way to do so. */
export interface Asked {
  readonly method: string;
  /** `v1.45`; undefined: the daemon's newest. */
  readonly version: string | undefined;
  /** Decoded, without version and query, in its one canonical form. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** May be given more than once, each time with another value. */
const LISTS = ['t', 'names', 'changes', 'platform', 'platforms', 'cachefrom'];

const MAX_BODY_BYTES = 4 * 2 ** 20;

/** Throws what the client is to be answered. */
export function askedOf({ method = '', url = '', headers }: IncomingMessage): Asked {
  const [target = '', ...rest] = url.split('?');
  const { version, path } = placeOf(target);
  const query = parametersIn(rest.join('?'));
  const twice = [...query.keys()].find((key, index, keys) => keys.indexOf(key) !== index && !LISTS.includes(key));
  if (twice !== undefined) throw malformed(`the parameter ${twice} is there twice`);
  if (/form/i.test(headers['content-type'] ?? '')) throw new Refusal(415, 'parameters belong into the address, not into a form');
  return { method, version, path, query, headers };
}

/** Without what begins with a capital: no parameter of the API does, and dockerode says its body there once more. */
const parametersIn = (text: string): URLSearchParams =>
  new URLSearchParams([...new URLSearchParams(text)].filter(([name]) => !/^[A-Z]/.test(name)));

/** What a path could hide is refused: detours, empty segments, characters that are read in two ways. */
function placeOf(target: string): { readonly version: string | undefined; readonly path: string } {
  const decoded = decode(target);
  if (!decoded.startsWith('/') || /[\\%?#\x00-\x20\x7f]|\/\/|\/\.{1,2}(?:\/|$)/.test(decoded))
    throw malformed('the path is not in its plain form');
  const [, version, path] = /^\/(v\d+\.\d+)?(?<=\/v\d+\.\d+|^\/)\/?(.*)$/.exec(decoded) ?? [];
  return { version, path: `/${path ?? ''}` };
}

function decode(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    throw malformed('the path is not in its plain form');
  }
}

/** The path as the daemon is asked for it. */
export const encoded = (path: string): string =>
  path.split('/').map(encodeURIComponent).join('/').replaceAll('%3A', ':').replaceAll('%40', '@');

/** The whole body, which has to be a JSON object; undefined: it is empty. */
export async function bodyOf(request: IncomingMessage): Promise<JsonObject | undefined> {
  if (request.headers['content-encoding'] !== undefined) throw new Refusal(415, 'the body must not be compressed');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Refusal(413, `the body is larger than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return objectIn(Buffer.concat(chunks));
}

export function objectIn(bytes: Buffer): JsonObject | undefined {
  const text = UTF8(bytes);
  return text.trim() === '' ? undefined : parseObject(text);
}

const UTF8 = (bytes: Buffer): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed('the body is not UTF-8');
  }
};
