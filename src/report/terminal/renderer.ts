import type { RunId } from '../../plan/names.ts';
import type { Onlooker } from '../events.ts';
import type { Closing } from '../summary.ts';
import type { Display } from './choose.ts';
import { plainRenderer } from './plain.ts';
import type { Screens } from './printer.ts';

export interface RendererContext extends Screens {
  readonly run: RunId;
  readonly closing: Closing;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The onlooker that a person or a program sees. The plain one is what machines use; the others are loaded when they are wanted. */
export async function rendererFor(display: Display, context: RendererContext): Promise<Onlooker> {
  const options = { ...display, ...context };
  switch (display.renderer) {
    case 'tty':
      return (await import('./tty.ts')).treeRenderer(options);
    case 'plain':
      return plainRenderer(options);
    case 'json':
      return (await import('./json.ts')).jsonRenderer(options);
    case 'quiet':
      return (await import('./quiet.ts')).quietRenderer(options);
  }
}
