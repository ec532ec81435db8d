import type { Resource } from '../../plan/resource.ts';
import type { SocketPlan } from '../../plan/socket.ts';

/**
 * Makes Docker sockets for steps. Through one, a step sees and reaches what carries its run's labels, and nothing else;
 * whatever it makes carries them, or is told to the book before it exists. Rejects with `docker.*` and `host.*` RunnerErrors.
 */
export interface SocketEngine {
  /** Its folder must exist. Resolves once connections are taken; what clients then do is answered, never thrown. */
  open(plan: SocketPlan, book: SocketBook): Promise<OpenSocket>;
}

export interface OpenSocket {
  /**
   * Takes no more connections, ends those there are, and resolves once no create is under way. `cut`: a build or a load was,
   * which the daemon may yet finish. Never rejects.
   */
  close(): Promise<{ readonly cut: boolean }>;
}

/** Where is written what a run made and no label of it can say, such as images out of an archive. */
export interface SocketBook {
  /** On disk when it resolves. */
  own(resource: Resource): Promise<void>;
  removed(resource: Resource): void;
}
