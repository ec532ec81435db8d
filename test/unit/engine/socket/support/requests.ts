import fc, { type Arbitrary } from 'fast-check';

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

const MOUNTS = [
  ...[
    { Type: 'bind', Source: '/', Target: '/h' },
    { Type: 'bind', Source: '/workspace', Target: '/w' },
    { Type: 'bind', Source: '/workspace/../etc', Target: '/e' },
  ],
  ...[
    { Type: 'bind', Source: '/workspace/a/b', Target: '/w' },
    { Type: 'volume', Source: 'foreign', Target: '/v' },
    { Type: 'volume', Source: 'own', Target: '/v' },
    { Type: 'volume', Target: '/v' },
  ],
  {
    Type: 'volume',
    Source: 'fresh',
    Target: '/v',
    VolumeOptions: { DriverConfig: { Name: 'local', Options: { type: 'none', o: 'bind', device: '/' } } },
  },
  ...[
    { Type: 'npipe', Source: '/x', Target: '/v' },
    { Type: 'image', Source: 'foreign', Target: '/v' },
    { type: 'bind', source: '/', target: '/h' },
    { Type: 'bind', Source: 7, Target: '/h' },
  ],
  { Type: 'bind', Source: '/workspace', Target: '/w', BindOptions: { Propagation: 'rshared' } },
];
const BINDS = [
  '/:/h',
  '/workspace:/w',
  '/workspace/sub:/w:ro',
  '/workspace:/w:rshared',
  '/workspacex:/w',
  'foreign:/v',
  'own:/v',
  'new:/v',
  '/data',
  '../x:/y',
  '/workspace/../../etc:/e',
  '/etc:/e:z',
];

/** Things to put into a `HostConfig`, most of them too much. */
const host: Arbitrary<Record<string, unknown>> = fc
  .array(
    fc.oneof(
      fc.record({ Privileged: fc.constantFrom<unknown>(true, false, 'true', 1, null) }),
      fc.record({ privileged: fc.constant(true) }),
      fc.record({ Binds: fc.uniqueArray(fc.constantFrom(...BINDS), { minLength: 1, maxLength: 3 }) }),
      fc.record({ Mounts: fc.array(fc.constantFrom<object>(...MOUNTS), { minLength: 1, maxLength: 3 }) }),
      fc.record({ VolumesFrom: fc.constantFrom<unknown>(['own'], ['foreign:ro'], 'own', [7]) }),
      fc.record({
        NetworkMode: fc.constantFrom<unknown>(
          'host',
          'bridge',
          'default',
          'none',
          'container:own',
          'container:foreign',
          'own',
          'foreign',
          'HOST',
          7,
          'ns:/proc/1/ns/net',
        ),
      }),
      fc.record({ PidMode: fc.constantFrom('host', 'container:own', 'container:foreign', '') }),
      fc.record({ IpcMode: fc.constantFrom('host', 'shareable', 'container:foreign') }),
      fc.record({ UsernsMode: fc.constantFrom('host', '') }),
      fc.record({ UTSMode: fc.constantFrom('host', '') }),
      fc.record({ CapAdd: fc.constantFrom<unknown>(['ALL'], [], null) }),
      fc.record({ Devices: fc.constantFrom<unknown>([{ PathOnHost: '/dev/sda' }], [], null) }),
      fc.record({
        SecurityOpt: fc.constantFrom<unknown>(
          ['seccomp=unconfined'],
          ['no-new-privileges'],
          ['no-new-privileges:false'],
          ['apparmor:unconfined'],
        ),
      }),
      fc.record({ MaskedPaths: fc.constantFrom<unknown>([], null) }),
      fc.record({ CgroupParent: fc.constantFrom('/x', '') }),
      fc.record({ Runtime: fc.constantFrom('evil', 'runc', '') }),
      fc.record({ Sysctls: fc.constantFrom<unknown>({ 'kernel.x': '1' }, {}) }),
      fc.record({ Links: fc.constantFrom<unknown>(['own:db'], ['foreign:db']) }),
      fc.record({ LogConfig: fc.constantFrom<unknown>({ Type: 'syslog' }, { Type: 'json-file' }) }),
      fc.record({ Memory: fc.constantFrom<unknown>(1e9, 2 ** 60, 'x') }),
    ),
    { maxLength: 2 },
  )
  .map((parts) => Object.assign({}, ...parts) as Record<string, unknown>);

const object: Arbitrary<string> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        fc.constantFrom('busybox:1', 'busybox:1', 'busybox:1', 'own', 'own', 'foreign', 'absent', '', '../networks/own'),
        host,
        fc.constantFrom<unknown>(undefined, { 'dev.runner.run': 'another' }, { a: 'b' }, {}, 7),
      )
      .map(([Image, HostConfig, Labels]) => JSON.stringify({ Image, HostConfig, Labels, Volumes: { '/v': {} } })),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '{"Name":"foreign"}',
      '{"Name":"new"}',
      '{"Name":"new","Driver":"macvlan"}',
      '{"Name":"new","Options":{"com.docker.network.bridge.name":"docker0"}}',
      '{"Name":"v","DriverOpts":{"type":"none","o":"bind","device":"/"}}',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '{"Container":"foreign"}',
      '{"Container":"own"}',
      '{"Cmd":["x"],"Privileged":true}',
      '{"Cmd":["x"],"privileged":true}',
      '{"Cmd":["x"]}',
      '{"Detach":false,"Tty":true}',
    ),
  },
  { weight: 1, arbitrary: fc.json() },
);

/** What is done to the text of a body. */
const spoil: Arbitrary<(text: string) => string> = fc.oneof(
  { weight: 24, arbitrary: fc.constant((text: string) => text) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      (text: string) => text.slice(0, text.length >> 1),
      (_: string) => '',
      (text: string) => `${text}{}`,
      (text: string) => `\uFEFF${text}`,
      (text: string) => text.replace('{', '{"HostConfig":{"Privileged":true},'),
      (text: string) => text.replace('"HostConfig":{', '"HostConfig":{"Privileged":false,"Privileged":true,'),
      (text: string) => text.replace('HostConfig', 'hostconfig'),
      (text: string) => text.replace('HostConfig', 'Ho\\u0073tConfig'),
      (text: string) => text.replace('HostConfig', 'Ho\u017ftConfig'),
      (text: string) => text.replace('Privileged', 'privileged'),
      (text: string) => text.replace('{', '{"__proto__":{"Privileged":true},'),
      (text: string) => `[${text}]`,
      (text: string) => text.replaceAll('"', "'"),
      (_: string) => '['.repeat(5_000),
      (_: string) => `{"Image":"${'x'.repeat(70_000)}"}`,
    ),
  },
);

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
