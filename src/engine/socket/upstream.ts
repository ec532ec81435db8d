import type { ClientRequest, RequestOptions } from 'node:http';

/** Gives what begins a request to the daemon, on a connection that may be half closed. */
export type Dial = () => Promise<(options: RequestOptions) => ClientRequest>;
