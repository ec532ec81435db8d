import { forbidden, malformed } from '../refusal.ts';
import { isEmpty } from '../strict-json.ts';
import { elsewhere, type Field, type Fields, keep, listOf, needs, never, objectOf, oneOf, textOf, textsOf } from './fields.ts';

const alike = (names: string, field: Field): Fields => Object.fromEntries(names.split(/\s+/).map((name) => [name, field]));

/** The container itself. */
export const CONFIG: Fields = {
  ...alike('Hostname Domainname User AttachStdin AttachStdout AttachStderr ExposedPorts Tty OpenStdin StdinOnce Env Cmd Healthcheck', keep),
  ...alike('ArgsEscaped Image WorkingDir Entrypoint NetworkDisabled MacAddress OnBuild StopSignal StopTimeout Shell', keep),
  ...alike('Labels Volumes HostConfig NetworkingConfig', elsewhere),
  // dockerode repeats here what it says in the query.
  ...alike('name platform', elsewhere),
};

/** No other form of it loosens anything. */
const securityOpt: Field = (value, name, allowed) => {
  for (const option of listOf(value, name)) {
    const text = textOf(option, name);
    if (!/^no-new-privileges([:=]true)?$/.test(text) && !allowed.has('privileged')) throw forbidden(`${name} ${text}`, 'privileged');
  }
  return value;
};

/** An empty list takes every mask away; only nothing at all leaves them. */
const masks: Field = (value, name, allowed) => {
  if (value === null) return undefined;
  if (!allowed.has('privileged')) throw forbidden(name, 'privileged');
  return value;
};

const oomScore: Field = (value, name, allowed) => {
  if (typeof value !== 'number') throw malformed(`${name} is not a number`);
  if (value < 0 && !allowed.has('privileged')) throw forbidden(`${name} below 0`, 'privileged');
  return value;
};

/** Other drivers are the daemon's own way out to the network, and read its files. */
const logConfig: Field = (value, name, allowed) => {
  const { Type = '' } = objectOf(value, name);
  if (!['', 'json-file', 'local', 'none'].includes(textOf(Type, name)) && !allowed.has('privileged'))
    throw forbidden(`${name} ${Type}`, 'privileged');
  return value;
};

const storage: Field = (value, name) => {
  if (Object.keys(textsOf(value, name)).some((key) => key !== 'size')) throw forbidden(`${name} other than size`);
  return isEmpty(value) ? undefined : value;
};

/** What the container gets of the machine. */
export const HOST_CONFIG: Fields = {
  ...alike('PortBindings RestartPolicy AutoRemove ConsoleSize CapDrop Dns DnsOptions DnsSearch ExtraHosts GroupAdd', keep),
  ...alike('PublishAllPorts ReadonlyRootfs Tmpfs ShmSize CpuShares Memory NanoCpus BlkioWeight CpuPeriod CpuQuota CpusetCpus', keep),
  ...alike('CpusetMems KernelMemory KernelMemoryTCP MemoryReservation MemorySwap MemorySwappiness OomKillDisable PidsLimit Ulimits', keep),
  ...alike('CpuCount CpuPercent IOMaximumIOps IOMaximumBandwidth Init', keep),
  ...alike('Binds Mounts VolumesFrom NetworkMode PidMode IpcMode Links', elsewhere),
  ...alike('Devices DeviceCgroupRules DeviceRequests', needs('devices')),
  ...alike('BlkioWeightDevice BlkioDeviceReadBps BlkioDeviceWriteBps BlkioDeviceReadIOps BlkioDeviceWriteIOps', needs('devices')),
  ...alike('CapAdd Capabilities', needs('capabilities')),
  ...alike('Privileged Sysctls Annotations CgroupParent CpuRealtimePeriod CpuRealtimeRuntime', needs('privileged')),
  ...alike('Cgroup CgroupSpec', never),
  ContainerIDFile: elsewhere,
  LogConfig: logConfig,
  SecurityOpt: securityOpt,
  MaskedPaths: masks,
  ReadonlyPaths: masks,
  OomScoreAdj: oomScore,
  StorageOpt: storage,
  VolumeDriver: oneOf(['local']),
  CgroupnsMode: oneOf(['private'], 'privileged'),
  UTSMode: oneOf(['private'], 'host-network'),
  UsernsMode: oneOf(['private'], 'privileged'),
  Runtime: oneOf(['runc', 'io.containerd.runc.v2'], 'privileged'),
  Isolation: oneOf(['default']),
};

/** What a container that exists may be changed to. */
export const UPDATE: Fields = {
  ...alike('CpuShares Memory NanoCpus BlkioWeight CpuPeriod CpuQuota CpusetCpus CpusetMems KernelMemory KernelMemoryTCP', keep),
  ...alike('MemoryReservation MemorySwap MemorySwappiness OomKillDisable PidsLimit Ulimits Init RestartPolicy', keep),
  ...alike('CpuCount CpuPercent IOMaximumIOps IOMaximumBandwidth', keep),
};

export const EXEC: Fields = {
  ...alike('AttachStdin AttachStdout AttachStderr DetachKeys Detach Tty ConsoleSize Env Cmd User WorkingDir', keep),
  Privileged: needs('privileged'),
};

/** Nothing else in it could matter, and dockerode sends its own options along. */
export const EXEC_START: readonly string[] = ['Detach', 'Tty', 'ConsoleSize'];
