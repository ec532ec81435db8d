import type { SelfEngine } from '../../src/engine/ports/self.ts';

/** For runs that mount nothing whose place has to be proved. */
export const noSelf: SelfEngine = {
  locate: () => Promise.reject(new Error('nobody was expected to ask where the runner is')),
  probe: () => Promise.reject(new Error('no probe was expected')),
};
