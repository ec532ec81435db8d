import type { RunId } from '../../plan/names.ts';
import type { PatternName } from '../../spec/spec.ts';
import type { Report } from '../report.ts';
import type { ReportJson } from '../report-json.ts';

/** run.json: written when a run starts and again when it has ended. */
export interface StoredRun {
  readonly v: 1;
  readonly run: RunId;
  readonly name: string;
  readonly pattern: PatternName;
  /** The spec, or `-`. */
  readonly file: string;
  /** As in `HostFacts`. */
  readonly owner: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** `running` also when the runner was killed; the owner tells. */
  readonly status: 'running' | Report['status'];
  /** Once the run has ended. */
  readonly report?: ReportJson;
}
