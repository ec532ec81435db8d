import fc, { type Arbitrary } from 'fast-check';
import { object, spoil } from './bodies.ts';

const NAMES = [
  'own',
  'own-2',
  'foreign',
  'foreign-2',
  'busybox:1',
  'execown',
  'execforeign',
  'bridge',
  'host',
  'absent',
  '..',
  '',
  'own/../foreign',
  'own%2f..%2fforeign',
];

const PATHS = [
  ...[
    '/_ping',
    '/version',
    '/info',
    '/events',
    '/system/df',
    '/containers/json',
    '/images/json',
    '/networks',
    '/volumes',
    '/session',
    '/grpc',
  ],
  ...['/containers/create', '/networks/create', '/volumes/create', '/images/create', '/commit', '/build', '/build/prune', '/auth'],
  ...['/containers/prune', '/networks/prune', '/volumes/prune', '/images/prune', '/images/load', '/images/get'],
  ...['json', 'logs', 'top', 'attach', 'start', 'stop', 'kill', 'exec', 'update', 'rename', 'archive', 'wait'].map(
    (what) => `/containers/NAME/${what}`,
  ),
  ...[
    '/containers/NAME',
    '/exec/NAME/start',
    '/exec/NAME/json',
    '/images/NAME/json',
    '/images/NAME/tag',
    '/images/NAME',
    '/images/NAME/push',
  ],
  ...['/networks/NAME', '/networks/NAME/connect', '/volumes/NAME'],
  ...['/swarm/init', '/swarm', '/nodes', '/services/create', '/secrets', '/plugins/pull', '/configs/create', '/tasks', '/nowhere'],
];

/** Weighted, so that creates, which have the most to hide, come often. */
const path = fc
  .tuple(
    fc.oneof({ weight: 3, arbitrary: fc.constantFrom('/containers/create') }, { weight: 4, arbitrary: fc.constantFrom(...PATHS) }),
    fc.constantFrom(...NAMES),
  )
  .map(([template, name]) => template.replace('NAME', name));

const twist: Arbitrary<(path: string) => string> = fc.oneof(
  { weight: 24, arbitrary: fc.constant((text: string) => text) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      (text: string) => text.replace('/', '//'),
      (text: string) => `/.${text}`,
      (text: string) => text.replace(/\/(?=[^/]*$)/, '/./'),
      (text: string) => text.replace(/\/(?=[^/]*$)/, '/%2e/'),
      (text: string) => text.replace(/\/(?=[^/]*$)/, '%2F'),
      (text: string) => text.replace(/\/(?=[^/]*$)/, '/x/../'),
      (text: string) => text.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
      (text: string) => text.replace(/[a-z]/, (letter) => `%25${letter.charCodeAt(0).toString(16)}`),
      (text: string) => text.toUpperCase(),
      (text: string) => `http://docker${text}`,
      (text: string) => `${text};x`,
      (text: string) => `${text}%00`,
      (text: string) => text.replaceAll('/', '\\'),
      (text: string) => `${text}#x`,
    ),
  },
);

const version = fc.constantFrom(
  '',
  '',
  '/v1.45',
  '/v1.45',
  '/v1.45',
  '/v1.44',
  '/v1.41',
  '/v1.41',
  '/v1.24',
  '/v9.99',
  '/v1',
  '/V1.45',
  '/v1.45/v1.45',
);

const QUERIES = [
  ...[
    '',
    'name=x',
    'name=x&name=y',
    'filters={"label":["a"]}',
    'filters={"label":{"dev.runner.run=another":true}}',
    'filters=[]',
    'filters={"label":7}',
  ],
  ...[
    'all=1',
    'force=1&v=0',
    'fromImage=busybox&tag=1',
    'fromSrc=-&repo=mine',
    'fromSrc=http://x/y',
    'container=own',
    'container=foreign',
    'repo=foreign&tag=1',
    'repo=new&tag=1',
  ],
  ...[
    't=foreign:1',
    't=new:1&t=new:2',
    't=new&networkmode=host',
    't=new&cgroupparent=/',
    'labels={"dev.runner.run":"another"}',
    'labels={"dev.runner.run":"a","dev.runner.run":"b"}',
  ],
  ...[
    't=new&labels={"a":"b"}',
    'remote=git://x',
    'version=2&session=x',
    'stream=1&stdout=1',
    'changes=LABEL dev.runner.run=another&container=own',
    'names=foreign',
    'names=own',
  ],
];

const HEADERS = [
  ...[
    '',
    '',
    '',
    '',
    'Connection: Upgrade\r\nUpgrade: tcp\r\n',
    'Connection: Upgrade\r\nUpgrade: h2c\r\n',
    'Content-Encoding: gzip\r\n',
    'Expect: 100-continue\r\n',
  ],
  ...[
    'Content-Length: 3\r\n',
    'Transfer-Encoding: identity\r\n',
    'X-Registry-Auth: e30=\r\n',
    'X-HTTP-Method-Override: DELETE\r\n',
    'Host: other\r\n',
    'Connection: X-Registry-Auth\r\n',
  ],
];
const TYPES = [
  'application/json',
  'application/json',
  'application/json',
  'application/x-tar',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain',
];

/** A request as bytes of HTTP/1.1, in most cases one that a server reads; after one that is cut the client says no more. */
export interface Mutated {
  readonly text: string;
  readonly isCut: boolean;
}

export const requests: Arbitrary<Mutated> = fc
  .record({
    method: fc.oneof(
      { weight: 6, arbitrary: fc.constant('POST') },
      { weight: 4, arbitrary: fc.constantFrom('GET', 'DELETE', 'PUT', 'HEAD', 'PATCH', 'OPTIONS', 'get') },
    ),
    path,
    twist,
    version,
    query: fc.oneof({ weight: 2, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constantFrom(...QUERIES) }),
    body: object,
    spoil,
    extra: fc.oneof({ weight: 6, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constantFrom(...HEADERS) }),
    type: fc.oneof({ weight: 6, arbitrary: fc.constant('application/json') }, { weight: 1, arbitrary: fc.constantFrom(...TYPES) }),
    chunked: fc.boolean(),
    short: fc.oneof({ weight: 15, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(5, -5) }),
  })
  .map(({ method, path: plain, twist: bend, version: prefix, query, body, spoil: damage, extra, type, chunked, short }) => {
    const text = damage(body);
    const bytes = Buffer.byteLength(text);
    const target = `${prefix}${bend(plain)}${query && `?${query.replaceAll(' ', '%20').replaceAll('"', '%22')}`}`;
    const framing = chunked ? 'Transfer-Encoding: chunked\r\n' : `Content-Length: ${Math.max(0, bytes + short)}\r\n`;
    const framed = chunked ? `${bytes > 0 ? `${bytes.toString(16)}\r\n${text}\r\n` : ''}${short === 0 ? '0\r\n\r\n' : ''}` : text;
    const head = `${method} ${target} HTTP/1.1\r\nHost: docker\r\nConnection: close\r\nContent-Type: ${type}\r\n${framing}${extra}\r\n`;
    return { text: head + framed, isCut: short !== 0 || text.length > 5_000 };
  });
