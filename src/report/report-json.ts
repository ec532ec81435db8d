import { type ErrorCode, type Place, RunnerError } from '../errors.ts';
import type { CleanupResult, Report, StepReport } from './report.ts';

/** A RunnerError as it is stored: without its cause, which is for the screen of whoever debugs the runner. */
export interface ErrorJson {
  readonly code: ErrorCode;
  readonly message: string;
  readonly detail: readonly string[];
  readonly hint?: string;
  readonly at?: Place;
}

type WithErrorJson<T extends { readonly error?: RunnerError }> = Omit<T, 'error'> & { readonly error?: ErrorJson };

export type StepReportJson = WithErrorJson<StepReport>;
export type CleanupResultJson = WithErrorJson<CleanupResult>;

/** A Report as plain data, ready for `JSON.stringify`. */
export type ReportJson = Omit<Report, 'steps' | 'cleanup'> & {
  readonly steps: readonly StepReportJson[];
  readonly cleanup: readonly CleanupResultJson[];
};

export const reportJson = (report: Report): ReportJson => ({
  ...report,
  steps: report.steps.map(withErrorJson),
  cleanup: report.cleanup.map(withErrorJson),
});

/** The inverse of `reportJson`. */
export const reportFromJson = (json: ReportJson): Report => ({
  ...json,
  steps: json.steps.map(withError),
  cleanup: json.cleanup.map(withError),
});

export function withErrorJson<T extends { readonly error?: RunnerError }>({ error, ...rest }: T): WithErrorJson<T> {
  return error ? { ...rest, error: errorJson(error) } : rest;
}

const errorJson = ({ code, message, detail, hint, at }: RunnerError): ErrorJson => ({
  code,
  message,
  detail,
  ...(hint === undefined ? {} : { hint }),
  ...(at === undefined ? {} : { at }),
});

function withError<T extends { readonly error?: ErrorJson }>({ error, ...rest }: T): Omit<T, 'error'> & { readonly error?: RunnerError } {
  if (error === undefined) return rest;
  const { code, message, ...notes } = error;
  return { ...rest, error: new RunnerError(code, message, notes) };
}
