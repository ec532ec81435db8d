import http, { type ClientRequest, type RequestOptions } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Endpoint, type EndpointFacts, endpointOf } from './endpoint.ts';

/** A TCP connect that takes longer meets a wall; a local socket answers at once or not at all. */
const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 30_000;

/** Node's agent hands it on to the connection, and its types do not say so. */
const HALF_OPEN: object = { allowHalfOpen: true };

/** Without it Node asks whether the host is an address of IPv6, and the first such question costs 5 ms of compiling a pattern. */
const NO_SERVER_NAME: object = { servername: '' };

/** Begins a request to the daemon on a connection that may be closed one way and stay open the other. */
export type Opener = (options: RequestOptions) => ClientRequest;

/** Nothing is looked up before the first call. */
export function dialerOf(facts: EndpointFacts): () => Promise<Opener> {
  let opener: Promise<Opener> | undefined;
  return () => {
    opener ??= openerOf(endpointOf(facts));
    return opener;
  };
}

export async function openerOf(endpoint: Endpoint): Promise<Opener> {
  if (endpoint.type === 'unix') {
    const { socketPath } = endpoint;
    return (options) => http.request({ ...options, socketPath, ...NO_SERVER_NAME, ...HALF_OPEN });
  }
  const { host, port, tls } = endpoint;
  if (!tls) return (options) => overNetwork(http.request({ ...options, host, port, ...HALF_OPEN }));
  const https = await import('node:https');
  const { verify: rejectUnauthorized, ca, cert, key } = tls;
  return (options) => overNetwork(https.request({ ...options, ca, cert, key, rejectUnauthorized, host, port }));
}

/** Begins connections on which whoever asked speaks HTTP by himself. */
export const connectorOf = (facts: EndpointFacts) => async (): Promise<Duplex> => {
  const endpoint = endpointOf(facts);
  const net = await import('node:net');
  if (endpoint.type === 'unix') return net.connect({ path: endpoint.socketPath });
  const { host, port, tls } = endpoint;
  if (!tls) return net.connect({ host, port });
  const { verify: rejectUnauthorized, ca, cert, key } = tls;
  return (await import('node:tls')).connect({ host, port, ca, cert, key, rejectUnauthorized });
};

function overNetwork(request: ClientRequest): ClientRequest {
  return request.on('socket', (socket) => {
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => request.destroy(Object.assign(new Error('connect timed out'), { code: 'ETIMEDOUT' })));
    socket.once('connect', () => socket.setTimeout(0));
  });
}
