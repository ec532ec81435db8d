import { doctor } from './doctor.ts';
import { gc } from './gc.ts';
import { history } from './history.ts';
import { inspect } from './inspect.ts';
import { logs } from './logs.ts';
import { plan } from './plan.ts';
import { ps } from './ps.ts';
import { schema } from './schema.ts';
import type { Command } from './world.ts';

/** The commands that are not started by machines, many times a minute. */
export const OTHER_COMMANDS: Readonly<Record<'doctor' | 'gc' | 'history' | 'inspect' | 'logs' | 'plan' | 'ps' | 'schema', Command>> = {
  doctor,
  gc,
  history,
  inspect,
  logs,
  plan,
  ps,
  schema,
};
