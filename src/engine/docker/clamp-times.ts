const BLOCK = 512;
/** Where the fields of a tar header are: offset and length. */
const MTIME = [136, 12] as const;
const SIZE = [124, 12] as const;
const CHECKSUM = [148, 8] as const;
const TYPE = 156;

/**
 * A tar with no time in it later than `epoch`, in seconds; every other byte is as it was. Nothing is unpacked: a header is
 * changed where it stands, and so is a time in an extended header (POSIX pax), which keeps its length.
 */
export async function* clampTimes(tar: AsyncIterable<Uint8Array>, epoch: number): AsyncGenerator<Uint8Array> {
  let held = Buffer.alloc(0);
  let passing = 0;
  for await (const chunk of tar) {
    held = Buffer.concat([held, chunk]);
    for (;;) {
      const passed = Math.min(passing, held.length);
      if (passed > 0) yield held.subarray(0, passed);
      passing -= passed;
      held = held.subarray(passed);
      if (passing > 0 || held.length < BLOCK) break;
      const bodyBytes = Math.ceil(sizeIn(held) / BLOCK) * BLOCK;
      const isExtended = held[TYPE] === 0x78 || held[TYPE] === 0x67; // x for one file, g for all that follow
      if (isExtended && held.length < BLOCK + bodyBytes) break;
      clampHeader(held, epoch);
      if (isExtended) clampExtended(held.subarray(BLOCK, BLOCK + bodyBytes), epoch);
      passing = BLOCK + bodyBytes;
    }
  }
  if (held.length > 0) yield held;
}

/** Sizes of 8 GiB and more are binary, with the first bit set. */
function sizeIn(header: Buffer): number {
  const [at, length] = SIZE;
  return (header[at]! & 0x80) === 0 ? octalIn(header, SIZE) : Number(header.readBigUInt64BE(at + length - 8));
}

const octalIn = (header: Buffer, [at, length]: readonly [number, number]): number =>
  Number.parseInt(header.toString('latin1', at, at + length).replace(/[\0 ]+$/, ''), 8) || 0;

function clampHeader(header: Buffer, epoch: number): void {
  if (octalIn(header, MTIME) <= epoch) return;
  header.write(`${epoch.toString(8).padStart(MTIME[1] - 1, '0')}\0`, MTIME[0], 'latin1');
  header.fill(' ', CHECKSUM[0], CHECKSUM[0] + CHECKSUM[1]);
  const sum = header.subarray(0, BLOCK).reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, CHECKSUM[0], 'latin1');
}

/** Records such as `30 mtime=1700000000.123456789`, a newline after each. */
function clampExtended(records: Buffer, epoch: number): void {
  const clamped = records
    .toString('latin1')
    .replace(/(\d+ [amc]time=)(\d+)(\.\d+)?(?=\n)/g, (record, key: string, seconds: string, rest = '') => {
      const isLater = Number(seconds) > epoch || (Number(seconds) === epoch && /[1-9]/.test(rest));
      return isLater ? `${key}${String(epoch).padStart(seconds.length, '0')}${rest.replace(/\d/g, '0')}` : record;
    });
  records.write(clamped, 'latin1');
}
