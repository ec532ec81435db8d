import type { IncomingMessage } from 'node:http';
import type { SocketPlan } from '../../plan/socket.ts';
import type { SocketBook } from '../ports/socket.ts';
import type { Asked } from './asked.ts';
import type { Answer, Daemon } from './daemon.ts';
import type { Own } from './own.ts';
import type { JsonObject } from './strict-json.ts';

/** What every rule decides with. */
export interface Guard {
  readonly plan: SocketPlan;
  readonly daemon: Daemon;
  readonly own: Own;
  readonly book: SocketBook;
}

/** A request whose endpoint is known, and that names only what its sender may know of. */
export interface Incoming extends Asked {
  /** With names replaced by ids where a name could change hands before the daemon reads it. */
  readonly path: string;
  /** What the path names, in its order. */
  readonly names: readonly string[];
  /** The body, which has to be JSON; undefined: it is empty. */
  body(): Promise<JsonObject | undefined>;
  /** The body as it comes. */
  readonly stream: IncomingMessage;
}

/** What the daemon is asked instead, and what becomes of its answer. */
export interface Passing {
  readonly path?: string;
  readonly query?: URLSearchParams;
  /** Left out: the client's. */
  readonly version?: string;
  readonly body:
    | { readonly type: 'none' }
    | { readonly type: 'json'; readonly value: JsonObject }
    | { readonly type: 'stream'; readonly from: AsyncIterable<Uint8Array> };
  /**
   * `stream`: passed on as it comes, and given up with its client. `whole`: awaited whether or not somebody still listens, as
   * what creates must be, and answered as the function says.
   */
  readonly answer: { readonly type: 'stream' } | { readonly type: 'whole'; as(answer: Answer): Answer | Promise<Answer> };
  /** What to undo when all is over, however it ends. */
  readonly after?: () => Promise<void>;
}

/** One way to treat a request. Throws a Refusal for what it does not let through. */
export interface Rule {
  /** For the documentation: what becomes of the request. */
  readonly about: string;
  apply(asked: Incoming, guard: Guard): Passing | Promise<Passing>;
}

export const NO_BODY = { type: 'none' } as const;
export const STREAM = { type: 'stream' } as const;

export const whole = (as: (answer: Answer) => Answer | Promise<Answer>): Passing['answer'] => ({ type: 'whole', as });

/** Answers with another JSON value. */
export const jsonAnswer = (answer: Answer, value: unknown): Answer => ({ ...answer, text: JSON.stringify(value) });
