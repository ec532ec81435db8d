import type { RunEvent } from './events.ts';

export type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

/** What an onlooker does on each kind of event; a new kind does not compile until everybody has an answer to it. */
export type Reactions = { readonly [T in RunEvent['type']]: (event: EventOf<T>) => void };

export function react(reactions: Reactions, event: RunEvent): void {
  const reaction = reactions[event.type] as (event: RunEvent) => void;
  reaction(event);
}
