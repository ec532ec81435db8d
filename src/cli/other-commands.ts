import { completion } from './completion.ts';
import { doctor } from './doctor.ts';
import { explain } from './explain.ts';
import { gc } from './gc.ts';
import { history } from './history.ts';
import { init } from './init.ts';
import { inspect } from './inspect.ts';
import { logs } from './logs.ts';
import { plan } from './plan.ts';
import { ps } from './ps.ts';
import { schema } from './schema.ts';
import { shell } from './shell.ts';
import type { Command } from './world.ts';

type Name = 'completion' | 'doctor' | 'explain' | 'gc' | 'history' | 'init' | 'inspect' | 'logs' | 'plan' | 'ps' | 'schema' | 'shell';

/** The commands that are not started by machines, many times a minute. */
export const OTHER_COMMANDS: Readonly<Record<Name, Command>> = {
  completion,
  doctor,
  explain,
  gc,
  history,
  init,
  inspect,
  logs,
  plan,
  ps,
  schema,
  shell,
};
