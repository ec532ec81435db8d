import type { Exit, GatheredFile, HostEngine, OnOutput } from '../../src/engine/ports.ts';

/** A machine in memory: folders exist or not, and a process does what its script (the last word of its command) is told to. */
export class FakeHost implements HostEngine {
  readonly folders: Set<string> = new Set();
  readonly log: string[] = [];
  /** What runs, by marker. */
  readonly marked: Map<string, readonly number[]> = new Map();
  behaviours: Record<string, (around: { readonly signal: AbortSignal; readonly onOutput: OnOutput }) => Promise<Exit>> = {};
  gathered: readonly GatheredFile[] = [];

  async run(
    { command }: { readonly command: readonly string[] },
    options: { readonly signal: AbortSignal; readonly onOutput: OnOutput },
  ): Promise<Exit> {
    const script = command.at(-1) ?? '';
    this.log.push(`run ${script}`);
    return this.behaviours[script]?.(options) ?? { code: 0, oomKilled: false };
  }
  async killMarked(marker: string): Promise<void> {
    this.log.push(`kill ${marker}`);
    this.marked.delete(marker);
  }
  async findMarked(marker: string): Promise<readonly number[]> {
    return this.marked.get(marker) ?? [];
  }
  async listAll(): Promise<readonly string[]> {
    return [...this.folders].map((path) => `entry ${path}`);
  }
  async createFolder(path: string): Promise<void> {
    this.folders.add(path);
  }
  async gather(): Promise<readonly GatheredFile[]> {
    return this.gathered;
  }
  async removeFolder(path: string): Promise<void> {
    this.folders.delete(path);
  }
}
