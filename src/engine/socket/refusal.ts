import type { PolicyKey } from '../../spec/policy.ts';

/** An answer of the socket's own, in the daemon's form: a status and `{"message": …}`. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What reaches beyond the run; `key` is the policy key that would allow it, if any does. */
export const forbidden = (what: string, key?: PolicyKey): Refusal =>
  new Refusal(403, `${what} is not allowed through this run's Docker socket${key ? `; the policy key \`${key}\` would allow it` : ''}`);

export const malformed = (why: string): Refusal => new Refusal(400, why);

/** The daemon's own words for what does not exist, so that nobody can tell it from what is not theirs. */
export const missing = {
  container: (ref: string): Refusal => new Refusal(404, `No such container: ${ref}`),
  exec: (ref: string): Refusal => new Refusal(404, `No such exec instance: ${ref}`),
  image: (ref: string): Refusal => new Refusal(404, `No such image: ${ref}`),
  network: (ref: string): Refusal => new Refusal(404, `network ${ref} not found`),
  volume: (ref: string): Refusal => new Refusal(404, `get ${ref}: no such volume`),
} as const;
