import type { ServerHttp2Stream } from 'node:http2';
import { malformed, Refusal } from '../refusal.ts';

/** A definition of a build with all its stages; BuildKit's own limit. */
const MAX_MESSAGE_BYTES = 16 * 2 ** 20;

/** The one message of a unary request or answer. */
export function messageIn(bytes: Buffer): Buffer {
  if (bytes.length < 5 || bytes[0] !== 0 || bytes.readUInt32BE(1) !== bytes.length - 5) throw malformed('not one plain gRPC message');
  return bytes.subarray(5);
}

export function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** Read to its end, and left open for the answer. */
export async function bytesOf(stream: ServerHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > MAX_MESSAGE_BYTES) throw new Refusal(413, 'the build’s definition is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Statuses of gRPC that say the same as one of HTTP. */
const STATUS: Readonly<Record<number, number>> = { 400: 3, 403: 7, 404: 5, 409: 6, 413: 8, 501: 12 };

/** An answer that is only a status; clients show its message. */
export function refuse(stream: ServerHttp2Stream, thrown: unknown): void {
  if (stream.destroyed || stream.headersSent) {
    stream.close();
    return;
  }
  const { status, message } = thrown instanceof Refusal ? thrown : { status: 500, message: String(thrown) };
  stream.resume();
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': String(STATUS[status] ?? 13),
      'grpc-message': encodeURIComponent(message),
    },
    { endStream: true },
  );
}
