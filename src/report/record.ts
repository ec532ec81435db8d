import { isUtf8 } from 'node:buffer';
import type { RunId } from '../plan/names.ts';
import type { RunEvent } from './events.ts';
import type { EventOf } from './reactions.ts';
import { reportJson, withErrorJson } from './report-json.ts';

/** One line of `--progress json` and of a stored run's events.ndjson; docs/log-format.md describes the fields of each type. */
export interface RunRecord {
  readonly v: 1;
  /** ISO 8601. */
  readonly time: string;
  readonly run: RunId;
  readonly type: RunEvent['type'];
  readonly [field: string]: unknown;
}

export interface RecordContext {
  readonly run: RunId;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The event as a line of NDJSON, newline included. */
export function recordLine(event: RunEvent, { run, now }: RecordContext): string {
  const record: RunRecord = { v: 1, time: new Date(now).toISOString(), run, type: event.type, ...fieldsOf(event) };
  return `${JSON.stringify(record)}\n`;
}

function fieldsOf(event: RunEvent): Readonly<Record<string, unknown>> {
  const fields = FIELDS[event.type] as (event: RunEvent) => Readonly<Record<string, unknown>>;
  return fields(event);
}

/** Output that is not UTF-8 stands in `base64` in place of `text`. */
const outputFields = ({ step, stream, chunk }: EventOf<'step.output'>): Readonly<Record<string, unknown>> => {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  return { step: step.name, stream, ...(isUtf8(bytes) ? { text: bytes.toString('utf8') } : { base64: bytes.toString('base64') }) };
};

const FIELDS: { readonly [T in RunEvent['type']]: (event: EventOf<T>) => Readonly<Record<string, unknown>> } = {
  'run.started': ({ plan, startedAt }) => ({ plan, startedAt }),
  'phase.started': ({ phase }) => ({ phase }),
  'step.started': ({ step, attempt }) => ({ step: step.name, kind: step.kind, attempt }),
  'step.progress': ({ step, text }) => ({ step: step.name, text }),
  'step.output': outputFields,
  'step.ended': ({ step, report }) => ({ step: step.name, report: withErrorJson(report) }),
  'run.interrupted': ({ signal, count }) => ({ signal, count }),
  'run.evidence': ({ name }) => ({ name }),
  'run.warning': ({ text }) => ({ text }),
  'cleanup.ended': ({ result }) => ({ result: withErrorJson(result) }),
  'run.ended': ({ report }) => ({ report: reportJson(report) }),
};
