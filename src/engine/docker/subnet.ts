/** IPv4 addresses from `first` to `last`, both as 32-bit numbers. */
export interface Subnet {
  readonly first: number;
  readonly last: number;
}

/**
 * Where the subnets of runs come from. First a private range (RFC 1918) away from what others take by habit: Docker's own
 * pools (172.17–31, 192.168), 10.0–10.10 of offices and clouds, 10.42–43, 10.88, 10.96 and 10.244 of the Kubernetes
 * world. Then, where a route swallows all of 10, the range for benchmarks (RFC 2544), which no network leads to.
 */
const RANGES = ['10.213.0.0/16', '198.18.0.0/16'];
/** Sixteen addresses: a gateway and 13 containers; 4096 runs at once in each range. */
const PREFIX = 28;
const SIZE = 2 ** (32 - PREFIX);

/** `10.213.4.0/28` as numbers; undefined for what is not IPv4. */
export function subnetOf(text: string): Subnet | undefined {
  const [, a, b, c, d, bits] = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(text) ?? [];
  if (bits === undefined) return undefined;
  const size = 2 ** (32 - Number(bits));
  const address = [a, b, c, d].reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = address - (address % size);
  return { first, last: first + size - 1 };
}

/** Every subnet that overlaps none of those taken, range by range, each from a place that `start` chooses round to it again. */
export function* candidates(taken: readonly Subnet[], start: number): Generator<string, undefined> {
  for (const range of RANGES.map((text) => subnetOf(text)!)) {
    const count = (range.last - range.first + 1) / SIZE;
    for (let index = 0; index < count; index += 1) {
      const first = range.first + ((start + index) % count) * SIZE;
      if (!taken.some((other) => first <= other.last && other.first < first + SIZE)) yield `${addressText(first)}/${PREFIX}`;
    }
  }
}

/**
 * The routes in the text of `/proc/net/route`: addresses are little-endian hexadecimal, a line each. Those to more than
 * a /8 are default routes, whole or in halves: they go everywhere and take nothing away.
 */
export function routesIn(text: string): readonly Subnet[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length >= 8)
    .map(([, destination = '0', , , , , , mask = '0']) => {
      const first = littleEndian(destination);
      return { first, last: first + (2 ** 32 - 1 - littleEndian(mask)) };
    })
    .filter(({ first, last }) => last - first < 2 ** 24);
}

const littleEndian = (hex: string): number => Buffer.from(hex, 'hex').readUInt32LE();

const addressText = (address: number): string => [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
