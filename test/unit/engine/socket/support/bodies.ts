import fc, { type Arbitrary } from 'fast-check';

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

/** A body in JSON: mostly a container that wants too much. */
export const object: Arbitrary<string> = fc.oneof(
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
export const spoil: Arbitrary<(text: string) => string> = fc.oneof(
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
