import type { PolicyKey } from '../../../spec/policy.ts';
import { forbidden, malformed } from '../refusal.ts';
import type { Guard } from '../rule.ts';
import { entryBytes, entryOf, fieldsOf, type WireField } from './wire.ts';

/** A build that is asked for: as the daemon is to get it, and the names its image is to have. */
export interface Solve {
  readonly message: Buffer;
  readonly names: readonly string[];
}

/** Numbers of fields, from BuildKit's control.proto and gateway.proto (v0.13, and what came until v0.26). */
const CONTROL = { attrs: [4], entitlements: 9, frontend: 6, options: 7, exporters: 13, last: 15 };
const GATEWAY = { attrs: [], entitlements: 0, frontend: 2, options: 3, exporters: 0, last: 16 };

/** `Control.Solve`: what is built by a frontend of the daemon, where it goes, and what it may do. */
export const controlSolve = (message: Buffer, guard: Guard): Solve => checkedSolve(message, CONTROL, guard);

/** `LLBBridge.Solve`: one stage of a build that a client drives itself. */
export const gatewaySolve = (message: Buffer, guard: Guard): Solve => checkedSolve(message, GATEWAY, guard);

function checkedSolve(message: Buffer, numbers: typeof CONTROL | typeof GATEWAY, guard: Guard): Solve {
  const fields = [...fieldsOf(message)];
  const strange = fields.find(({ number }) => number > numbers.last || number === 0);
  if (strange) throw malformed(`this build asks for something (field ${strange.number}) that is not known here`);
  for (const field of fields) {
    if (field.number === numbers.entitlements) checkEntitlement(field.bytes.toString(), guard);
    if (field.number === numbers.options) checkOption(entryOf(field.bytes), guard);
  }
  const frontend = fields.findLast(({ number }) => number === numbers.frontend)?.bytes.toString() ?? '';
  const labels = Object.entries(guard.plan.labels).map(([name, value]) => entryBytes(numbers.options, `label:${name}`, value));
  return {
    message: frontend === '' ? message : Buffer.concat([message, ...labels]),
    names: exported(fields, numbers).flatMap(([key, value]) => (key === 'name' ? value.split(',').filter((name) => name !== '') : [])),
  };
}

const ENTITLED: Readonly<Record<string, PolicyKey>> = { 'network.host': 'host-network', 'security.insecure': 'privileged' };

function checkEntitlement(entitlement: string, { plan }: Guard): void {
  const key = ENTITLED[entitlement] ?? 'devices';
  if (!plan.allowed.includes(key)) throw forbidden(`a build with ${entitlement}`, key);
}

function checkOption([name, value]: readonly [string, string], { plan }: Guard): void {
  if (name === 'cgroup-parent' && value !== '' && !plan.allowed.includes('privileged'))
    throw forbidden('a build with cgroup-parent', 'privileged');
}

/** What the exporters are told: of old in the request itself, today in a message for each. */
function exported(
  fields: readonly WireField[],
  { attrs, exporters }: typeof CONTROL | typeof GATEWAY,
): readonly (readonly [string, string])[] {
  const old = fields.filter(({ number }) => (attrs as readonly number[]).includes(number)).map(({ bytes }) => entryOf(bytes));
  const each = fields.filter(({ number }) => exporters !== 0 && number === exporters);
  const today = each.flatMap(({ bytes }) => [...fieldsOf(bytes)].filter(({ number }) => number === 2).map((attr) => entryOf(attr.bytes)));
  return [...old, ...today];
}

/** The ids of what a build made, from its answer. */
export function builtIds(message: Buffer): readonly string[] {
  const entries = [...fieldsOf(message)].filter(({ number }) => number === 1).map(({ bytes }) => entryOf(bytes));
  return entries.flatMap(([key, value]) => (/^containerimage(\.config)?\.digest$/.test(key) ? [value] : []));
}
