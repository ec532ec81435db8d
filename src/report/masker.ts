import { type Automaton, automatonOf } from './mask/automaton.ts';
import { formsOf } from './mask/forms.ts';
import { SecretStream } from './mask/secret-stream.ts';
import { type ByteStage, PassThrough } from './step-streams.ts';

export interface SecretValue {
  readonly name: string;
  readonly value: Uint8Array;
}

export interface Masker {
  /**
   * Masks one byte stream: what may be the start of a secret is held back until it is known not to be one. Chunks must
   * not be changed by their giver after they were pushed.
   */
  createStream(): ByteStage;
  maskText(text: string): string;
  /** True when there is anything to mask. */
  readonly isActive: boolean;
  /** Names of secrets that are too short to be masked: under 4 bytes. */
  readonly unmasked: readonly string[];
}

/**
 * Replaces secrets, in every form of `formsOf`, by `***`. All bytes that belong to any occurrence of any form are
 * hidden, overlapping ones too; a run of hidden bytes becomes one mark.
 */
export function maskerOf(secrets: readonly SecretValue[]): Masker {
  const forms = secrets.map(({ name, value }) => ({ name, forms: formsOf(value) }));
  const unmasked = forms.filter((secret) => secret.forms.length === 0).map(({ name }) => name);
  const patterns = forms.flatMap((secret) => secret.forms);
  if (patterns.length === 0) return { createStream: () => new PassThrough(), maskText: (text) => text, isActive: false, unmasked };
  const automaton = automatonOf(patterns);
  return { createStream: () => new SecretStream(automaton), maskText: (text) => maskWhole(automaton, text), isActive: true, unmasked };
}

function maskWhole(automaton: Automaton, text: string): string {
  const stream = new SecretStream(automaton);
  const shown = stream.push(Buffer.from(text));
  return Buffer.concat([shown, stream.flush()]).toString('utf8');
}
