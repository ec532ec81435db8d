import path from 'node:path';

/** `<state>/runs`. */
export const runsFolder = (stateFolder: string): string => path.join(stateFolder, 'runs');

export const runFolder = (stateFolder: string, run: string): string => path.join(runsFolder(stateFolder), run);

export const RUN_FILE = 'run.json';
export const EVENTS_FILE = 'events.ndjson';
export const LOGS_FOLDER = 'logs';
/** Of a failed run: what `on_failure.collect` asked for. */
export const EVIDENCE_FOLDER = 'evidence';

/** `build.log`. Names are percent-encoded, so that none can leave the folder or hide in it. */
export const logName = (step: string): string => `${encodeURIComponent(step).replace(/^\./, '%2E')}.log`;

/** The inverse of `logName`. */
export const stepOfLog = (fileName: string): string => decodeURIComponent(fileName.replace(/\.log$/, ''));

export const isRunId = (name: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name);
