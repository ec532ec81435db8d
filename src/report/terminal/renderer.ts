import type { RunId } from '../../plan/names.ts';
import type { Onlooker } from '../events.ts';
import type { Closing } from '../summary.ts';
import type { Display } from './choose.ts';
import type { Screens } from './printer.ts';

export interface RendererContext extends Screens {
  readonly run: RunId;
  readonly closing: Closing;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The onlooker that a person or a program sees. Each is loaded only when it is the one. */
export async function rendererFor(display: Display, context: RendererContext): Promise<Onlooker> {
  const options = { ...display, ...context };
  switch (display.renderer) {
    case 'tty':
      return (await import('./tty.ts')).treeRenderer(options);
    case 'plain':
      return (await import('./plain.ts')).plainRenderer(options);
    case 'json':
      return (await import('./json.ts')).jsonRenderer(options);
    case 'quiet':
      return (await import('./quiet.ts')).quietRenderer(options);
  }
}
