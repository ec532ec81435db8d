import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { candidates, routesIn, type Subnet, subnetOf } from '../../../../src/engine/docker/subnet.ts';

const taken = (...texts: string[]): readonly Subnet[] => texts.map((text) => subnetOf(text)!);
const overlap = (one: Subnet, two: Subnet): boolean => one.first <= two.last && two.first <= one.last;

describe('a subnet', () => {
  test('is read from CIDR, whatever address of it is named', () => {
    expect(subnetOf('10.213.0.17/28')).toEqual({ first: 0x0ad50010, last: 0x0ad5001f });
    expect(subnetOf('255.255.255.255/32')).toEqual({ first: 0xffffffff, last: 0xffffffff });
    expect(subnetOf('fd00::/64')).toBeUndefined();
  });

  test('is a /28 of the private range, wherever the search starts', () => {
    const starts = fc.property(fc.nat(2 ** 31), (start) => /^10\.213\.\d+\.\d+\/28$/.test(candidates([], start).next().value ?? ''));
    fc.assert(starts);
  });

  test('never overlaps one that is taken', () => {
    const cidr = fc.tuple(fc.nat(255), fc.nat(255), fc.integer({ min: 17, max: 32 }));
    const anyTaken = fc.property(fc.array(cidr, { maxLength: 8 }), fc.nat(5000), (cidrs, start) => {
      const others = taken(...cidrs.map(([c, d, bits]) => `10.213.${c}.${d}/${bits}`));
      const { value } = candidates(others, start).next();
      return !others.some((other) => overlap(other, subnetOf(value!)!));
    });
    fc.assert(anyTaken);
  });

  test('comes 4096 times from one range, then from the next, then not at all', () => {
    const all = [...candidates([], 4090)];
    expect(new Set(all).size).toBe(8192);
    expect([all[0], all[6]]).toEqual(['10.213.255.160/28', '10.213.0.0/28']);
    expect(all[4096]).toMatch(/^198\.18\./);
    expect([...candidates(taken('10.0.0.0/8'), 0)][0]).toBe('198.18.0.0/28');
    expect([...candidates(taken('10.0.0.0/8', '198.18.0.0/15'), 0)]).toEqual([]);
  });
});

test('routes are read as the kernel tells them, those to everywhere left out', () => {
  const text = `Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT
eth0 00000000 0102A8C0 0003 0 0 0 00000000 0 0 0
tun0 00000000 0102A8C0 0003 0 0 0 00000080 0 0 0
docker0 000011AC 00000000 0001 0 0 0 0000FFFF 0 0 0
eth0 0002A8C0 00000000 0001 0 0 0 00FFFFFF 0 0 0
`;
  expect(routesIn(text)).toEqual(taken('172.17.0.0/16', '192.168.2.0/24'));
  expect(routesIn('')).toEqual([]);
});
