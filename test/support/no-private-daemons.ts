import type { PrivateDaemons } from '../../src/engine/ports/private-daemons.ts';

const unexpected = () => Promise.reject(new Error('no private daemon was expected'));

/** For runs that have none. */
export const noPrivateDaemons: PrivateDaemons = {
  preload: unexpected,
  hand: unexpected,
  tidy: unexpected,
  evidence: unexpected,
};
