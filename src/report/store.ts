import { closeSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { unwritable } from '../errors/unwritable.ts';
import type { Plan } from '../plan/plan.ts';
import type { Onlooker, RunEvent } from './events.ts';
import type { EventOf } from './reactions.ts';
import { recordLine } from './record.ts';
import type { Report } from './report.ts';
import { reportJson } from './report-json.ts';
import { EVENTS_FILE, EVIDENCE_FOLDER, LOGS_FOLDER, logName, RUN_FILE, runFolder } from './stored/layout.ts';
import { LogFile } from './stored/log-file.ts';
import type { StoredRun } from './stored/stored-run.ts';

export interface StoreOptions {
  /** Absolute. */
  readonly stateFolder: string;
  readonly plan: Plan;
  /** As in `HostFacts`: tells a run that is under way from one whose runner died. */
  readonly owner: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told once, with a sentence, when what happens can no longer be stored; the run goes on. */
  readonly warn: (text: string) => void;
}

export interface Store extends Onlooker {
  /** The run's own folder. */
  readonly folder: string;
}

/**
 * Makes the folder of a run, before anything else of the run exists. All calls are synchronous: they take less than a
 * millisecond together, and a round through the thread pool for each would take longer.
 *
 * Throws `host.disk-full` or `state.unwritable`. Afterwards a failed write is a warning and never fails the build.
 */
export function openStore(options: StoreOptions): Store {
  const folder = runFolder(options.stateFolder, options.plan.run);
  try {
    mkdirSync(path.join(folder, LOGS_FOLDER), { recursive: true, mode: 0o700 });
    return new FolderStore(folder, options);
  } catch (cause) {
    throw unwritable(folder, cause);
  }
}

/** Events go to one file, but for output: it is large, so it is written once only, to a log for each step. */
class FolderStore implements Store {
  readonly folder: string;
  readonly #options: StoreOptions;
  readonly #eventsFd: number;
  readonly #logs: Map<string, LogFile> = new Map();
  #hasWarned = false;

  constructor(folder: string, options: StoreOptions) {
    this.folder = folder;
    this.#options = options;
    this.#eventsFd = openSync(path.join(folder, EVENTS_FILE), 'a', 0o600);
    this.#writeRun();
  }

  on(event: RunEvent): void | Promise<void> {
    if (event.type === 'step.output') return this.#appendOutput(event);
    this.#attempt(() => {
      writeSync(this.#eventsFd, recordLine(event, { run: this.#options.plan.run, now: this.#options.now() }));
      if (event.type === 'run.ended') this.#writeRun(event.report);
      if (event.type === 'run.evidence') this.#writeEvidence(event);
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#logs.values()].map((log) => log.close()));
    closeSync(this.#eventsFd);
  }

  #appendOutput({ step, chunk }: EventOf<'step.output'>): void | Promise<void> {
    const log = this.#logs.get(step.name) ?? this.#attempt(() => this.#openLog(step.name));
    return log?.append(chunk);
  }

  #openLog(step: string): LogFile {
    const log = new LogFile(path.join(this.folder, LOGS_FOLDER, logName(step)), (error) => this.#warn(error));
    this.#logs.set(step, log);
    return log;
  }

  #writeEvidence({ name, text }: EventOf<'run.evidence'>): void {
    const folder = path.join(this.folder, EVIDENCE_FOLDER);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path.join(folder, name), text, { mode: 0o600 });
  }

  /** Written beside and renamed, so that a reader finds the old state or the new one. */
  #writeRun(report?: Report): void {
    const { plan, owner, now } = this.#options;
    const { run, name, pattern, file } = plan;
    const startedAt = report?.startedAt ?? new Date(now()).toISOString();
    const ending = report ? { status: report.status, report: reportJson(report) } : { status: 'running' as const };
    const stored: StoredRun = { v: 1, run, name, pattern, file, owner, startedAt, ...ending };
    const target = path.join(this.folder, RUN_FILE);
    writeFileSync(`${target}.new`, `${JSON.stringify(stored, undefined, 2)}\n`, { mode: 0o600 });
    renameSync(`${target}.new`, target);
  }

  #attempt<T>(write: () => T): T | undefined {
    try {
      return write();
    } catch (error) {
      this.#warn(error as NodeJS.ErrnoException);
      return undefined;
    }
  }

  #warn(error: NodeJS.ErrnoException): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#options.warn(`the run is no longer stored completely in ${this.folder}: ${error.message}`);
  }
}
