import type { EndpointFacts } from '../endpoint.ts';

/** What a process can learn of its own surroundings without asking anybody. */
export interface SelfFacts extends EndpointFacts {
  readonly hostname: () => string;
  readonly exists: (path: string) => boolean;
}
