import type { PreloadedImage } from '../../plan/plan.ts';
import type { ExportSpec } from '../../spec/spec.ts';
import type { OnProgress } from '../ports.ts';

export interface Moving {
  /** Ends the stream; what had come by then stays where it is. */
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** Docker daemons in containers of this one, by their containers' names. Reached through those containers alone. Rejects with `docker.*` and `image.*` RunnerErrors. */
export interface PrivateDaemons {
  /** One stream of all that are missing, by name and content; says of each whether it was there. */
  preload(daemon: string, images: readonly PreloadedImage[], options: Moving): Promise<readonly string[]>;
  /** To the outer daemon under the same name, or into a file that is whole or not there. */
  hand(daemon: string, image: ExportSpec, options: Moving): Promise<string>;
  /** Removes all but images: containers, volumes and networks, of this run or of one that was killed. */
  tidy(daemon: string): Promise<void>;
  /** What runs in it and what it said, what takes its disk: file name to text. Never rejects. */
  evidence(daemon: string): Promise<ReadonlyMap<string, string>>;
}
