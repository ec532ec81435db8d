import type { IncomingMessage, RequestOptions } from 'node:http';

export interface HttpAsk {
  readonly address: string;
  readonly port: number;
  readonly tls: boolean;
  /** Of the virtual host: sent as Host and, over TLS, as the server's name. */
  readonly host: string;
  readonly path: string;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly body: string;
}

const ANSWER_TIMEOUT_MS = 5_000;
const LONGEST_BODY = 1_000_000;

/** One request on a connection of its own. The certificate is not checked: a throwaway controller signs its own. Redirects are answers. */
export async function request({ address, port, tls, host, path, signal }: HttpAsk): Promise<HttpAnswer> {
  const options: RequestOptions = {
    host: address,
    port,
    path,
    headers: { Host: host, Connection: 'close' },
    agent: false,
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
  };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  if (tls) {
    const https = await import('node:https');
    https.get({ ...options, servername: host, rejectUnauthorized: false }, resolve).on('error', reject);
  } else {
    const http = await import('node:http');
    http.get(options, resolve).on('error', reject);
  }
  const response = await promise;
  return { status: response.statusCode ?? 0, statusText: response.statusMessage ?? '', body: await beginningOf(response) };
}

async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length >= LONGEST_BODY) break;
  }
  return Buffer.concat(chunks).toString();
}
