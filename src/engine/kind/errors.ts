import { type ErrorCode, RunnerError } from '../../errors.ts';
import type { ClusterPlan } from '../../plan/kubernetes.ts';
import type { ToolEnd } from '../tool.ts';

interface Known {
  readonly like: RegExp;
  readonly code: ErrorCode;
  readonly message: (plan: ClusterPlan) => string;
  readonly hint: string;
}

/** What kind says when it fails, most telling first. */
const KNOWN: readonly Known[] = [
  {
    like: /no space left on device/i,
    code: 'host.disk-full',
    message: () => 'there is no room on the disk for a cluster',
    hint: 'Free space where Docker keeps its files: `docker system df` shows what takes it.',
  },
  {
    like: /too many open files|inotify/i,
    code: 'cluster.no-room',
    message: () => 'the kernel has no inotify instances left for a cluster',
    hint: 'Raise the limit: `sysctl -w fs.inotify.max_user_instances=512`, and put it into /etc/sysctl.d to keep it.',
  },
  {
    like: /port is already allocated|address already in use/i,
    code: 'cluster.failed',
    message: () => 'a port that the cluster wants is taken',
    hint: 'Leave `hostPort` and `apiServerPort` out of `kind.config`: Docker then chooses free ones.',
  },
  {
    like: /failed to pull image|No such image|pull access denied/i,
    code: 'image.missing',
    message: ({ nodeImage }) => `the node image ${nodeImage} is not here and cannot be pulled`,
    hint: 'Check `kind.node_image`, or pull it first.',
  },
  {
    like: /wait-control-plane|context deadline exceeded/i,
    code: 'cluster.not-ready',
    message: ({ waitMs }) => `the control plane did not start within ${waitMs / 1000} s`,
    hint: 'Raise `kind.wait`; `runner doctor --pattern kind` says whether this machine has room.',
  },
  {
    like: /could not find a log line that matches|executable file not found/i,
    code: 'cluster.failed',
    message: ({ nodeImage }) => `${nodeImage} does not start as a node`,
    hint: 'Use a node image of the same kind release: `kindest/node:v…`.',
  },
  {
    like: /invalid configuration|failed to create cluster: invalid|unable to decode config|failed to load config|unknown field/i,
    code: 'cluster.failed',
    message: () => 'kind does not take the cluster configuration',
    hint: 'Correct `kind.config` where the lines above say.',
  },
];

const TOLD = 20;

/** The last lines without those that are only places in somebody's program, and without what is said twice. */
export function tellingLines(lines: readonly string[]): readonly string[] {
  const telling = lines.filter((line) => !/^\s+\S+\.go:\d+$|^[\w./@-]+\.(?:\(\*\w+\)\.)?\w+(?:\.func\d+)*$|^I\d{4} /.test(line));
  return telling.filter((line, index) => telling.indexOf(line) === index).slice(-TOLD);
}

/** Why `kind create` failed, with its last lines. */
export function kindError(plan: ClusterPlan, { code, lastLines }: ToolEnd): RunnerError {
  const words = lastLines.join('\n');
  const known = KNOWN.find(({ like }) => like.test(words));
  return new RunnerError(known?.code ?? 'cluster.failed', known?.message(plan) ?? 'kind could not make the cluster', {
    detail: [...lastLines, `exit code ${code} of: kind create cluster --image ${plan.nodeImage}`],
    hint:
      known?.hint ?? '`runner doctor --pattern kind` says whether this machine has room; `--progress plain -v` shows all that kind says.',
  });
}
