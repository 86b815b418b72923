import { access, mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { inside } from './inside.js';

/** Read by tools and no secret of anybody's. Private keys (`ssl/private`), host and user settings are left out. */
const shown = [
  'alternatives',
  'ca-certificates',
  'crypto-policies',
  'debian_version',
  'dotnet',
  'fonts',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'lsb-release',
  'magic',
  'mime.types',
  'os-release',
  'pki/ca-trust',
  'pki/tls/certs',
  'pki/java',
  'protocols',
  'services',
  'ssl/cert.pem',
  'ssl/certs',
  'ssl/openssl.cnf',
  'terminfo',
  'timezone',
  // The settings of Debian's Java lie there, and no Java starts without them.
  ...[8, 11, 17, 21, 25].map((version) => `java-${version}-openjdk`),
];

/** Users of the machine are nobody's business: who runs, root, and nobody. */
const accounts = (): Readonly<Record<string, string>> => {
  const { uid, gid } = userInfo();
  const user = uid === 0 ? '' : `agent:x:${uid}:${gid}::${inside.home}:/bin/sh\n`;
  const group = gid === 0 ? '' : `agent:x:${gid}:\n`;
  const rootHome = uid === 0 ? inside.home : '/';
  return {
    passwd: `root:x:0:0:root:${rootHome}:/bin/sh\n${user}nobody:x:65534:65534:nobody:/:/bin/false\n`,
    group: `root:x:0:\n${group}nogroup:x:65534:\n`,
    hosts: '127.0.0.1 localhost\n::1 localhost\n',
    hostname: 'sandbox\n',
    'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
  };
};

/** Files of `/etc` in the sandbox: `from` on our side, `to` inside. The made ones are written below `folder`. */
export const etcFiles = async (folder: string): Promise<readonly { from: string; to: string }[]> => {
  await mkdir(folder, { recursive: true });
  const made = Object.entries(accounts());
  await Promise.all(made.map(([name, text]) => writeFile(join(folder, name), text)));
  const paths = shown.map((name) => join('/etc', name));
  const there = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return [
    ...paths.filter((_, n) => there[n]).map((path) => ({ from: path, to: path })),
    ...made.map(([name]) => ({ from: join(folder, name), to: join('/etc', name) })),
  ];
};
