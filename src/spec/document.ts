import type { PatternName, ServiceSpec, Spec, StepSpec } from './spec.ts';

/** Services that stand in a Compose file; `only` names those that are wanted, and what they depend on comes along. */
export interface ComposeServices {
  readonly compose: string;
  readonly only: readonly string[] | undefined;
}

/** A step whose name may be left out; its default depends on its place in the list. */
export type NamelessStep = Omit<StepSpec, 'name'> & { readonly name: string | undefined };

/** What the user wrote, read and with defaults, before anything outside the document was looked at: paths are as written. */
export interface Document extends Omit<Spec, 'file' | 'folder' | 'name' | 'services' | 'steps'> {
  readonly name: string | undefined;
  readonly pattern: PatternName | undefined;
  readonly envFiles: readonly string[];
  readonly services: readonly ServiceSpec[] | ComposeServices;
  readonly steps: readonly NamelessStep[];
}
