import type { ExecPlan } from '../../plan/plan.ts';
import { DaemonRefusal, isConflict, isNotFound } from './errors.ts';
import { createExec, exitCodeOfExec, startExec } from './exec-calls.ts';
import type { DaemonClient } from './http.ts';
import { killContainer } from './kill.ts';

/** How often the script below looks again. */
const TICK_MS = 100;

/**
 * Ends every process of a container whose environment holds the marker, with their descendants: TERM, KILL after the
 * grace, and on until nobody is left. It needs `sh`, `tr` and `sleep`, as busybox and every Debian have them. Other
 * users' environments are readable only with CAP_SYS_PTRACE, hence as root and privileged: of our own script alone.
 * A process that cleared its environment *and* lost its parent gets away until its container is removed.
 */
const KILL_SCRIPT = `
[ "$(echo a | tr a b)" = b ] || exit 1
marker="
$1
"
known=' '
alive() {
  read -r line 2>/dev/null <"/proc/$1/stat" || return 1
  line="\${line##*) }"
  case "$line" in [ZX]*) return 1;; esac
  line="\${line#* }"
  parent="\${line%% *}"
}
marked() {
  case "
$(tr '\\0' '\\n' 2>/dev/null <"/proc/$1/environ")
" in *"$marker"*) return 0;; esac
  return 1
}
find_some() {
  found=''
  for folder in /proc/[0-9]*; do
    pid="\${folder#/proc/}"
    [ "$pid" = $$ ] && continue
    alive "$pid" || continue
    case "$known" in
      *" $pid "*) found="$found $pid"; continue;;
      *" $parent "*) ;;
      *) marked "$pid" || continue;;
    esac
    known="$known$pid "
    found="$found $pid"
  done
}
# In the order of the names a child may come before its parent, so look until nobody new is found.
find_all() {
  while :; do
    before="$known"
    find_some
    [ "$known" = "$before" ] && return 0
  done
}
find_all
[ -z "$found" ] && exit 0
left=$2
if [ "$left" -gt 0 ]; then kill -TERM $found 2>/dev/null; fi
while [ "$left" -gt 0 ]; do
  sleep 0.1
  left=$((left - 1))
  find_all
  [ -z "$found" ] && exit 0
done
left=50
while [ -n "$found" ] && [ "$left" -gt 0 ]; do
  kill -KILL $found 2>/dev/null
  sleep 0.02
  left=$((left - 1))
  find_all
done
[ -z "$found" ]
`;

/** Ends what carries the exec's marker; where that cannot be done from inside, the container itself is killed. */
export async function killMarked(client: DaemonClient, plan: ExecPlan, graceMs: number): Promise<void> {
  const asRoot = { User: '0:0', Privileged: true };
  const asItself = plan.user === undefined ? {} : { User: plan.user };
  if (await allEnded(client, plan, { graceMs, as: asRoot })) return;
  if (await allEnded(client, plan, { graceMs, as: asItself })) return;
  await killContainer(client, plan.container, 'SIGKILL');
}

/** False also when the daemon would not, or the image has no shell. */
async function allEnded(
  client: DaemonClient,
  { container, marker }: ExecPlan,
  { graceMs, as }: { readonly graceMs: number; readonly as: Readonly<Record<string, unknown>> },
): Promise<boolean> {
  const command = ['sh', '-c', KILL_SCRIPT, 'sh', marker, String(Math.ceil(graceMs / TICK_MS))];
  try {
    const id = await createExec(client, container, { Cmd: command, ...as });
    const attachment = await startExec(client, id);
    await attachment.deliver(() => {}, { client, doing: `end a step in container ${container}` });
    return (await exitCodeOfExec(client, id)) === 0;
  } catch (thrown) {
    if (isNotFound(thrown) || isConflict(thrown)) return true;
    if (thrown instanceof DaemonRefusal) return false;
    throw thrown;
  }
}
