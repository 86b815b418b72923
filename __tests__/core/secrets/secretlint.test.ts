import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import { findSecrets, secretsInCode } from '../../../src/core/secrets/find-secrets.js';

const fill = (length: number): string => 'aB3dE5fG7hJ9kL2m'.repeat(20).slice(0, length);
const hex = (length: number): string => '0a1b2c3d4e5f6789'.repeat(20).slice(0, length);

/** A value for each kind of key the reference set knows, put together here so that no scanner finds it in this file. */
const samples: Readonly<Record<string, string>> = {
  aws: `AKIA${'QWERTYUIOPASDFGH'}`,
  gcp: `-----BEGIN ${'PRIVATE KEY'}-----\\nMIIE${fill(40)}`,
  privatekey: `-----BEGIN RSA ${'PRIVATE KEY'}-----\n${fill(120)}\n-----END RSA PRIVATE KEY-----`,
  npm: `npm_${fill(36)}`,
  slack: `xoxb-${'123456789012'}-${fill(24)}`,
  sendgrid: `SG.${fill(22)}.${fill(43)}`,
  shopify: `shpat_${fill(32)}`,
  github: `ghp_${fill(36)}`,
  gitlab: `glpat-${fill(20)}`,
  grafana: `glsa_${fill(32)}_${hex(8)}`,
  openai: `sk-${fill(20)}T3BlbkFJ${fill(20)}`,
  anthropic: `sk-ant-api03-${fill(93)}AA`,
  groq: `gsk_${fill(52)}`,
  huggingface: `hf_${'abcdefghijklmnopqrstuvwxyzABCDEFGH'}`,
  linear: `lin_api_${fill(40)}`,
  notion: `ntn_12345678901${fill(35)}`,
  '1password': `ops_ey${fill(200)}fQ`,
  'hashicorp-vault': `hvs.${fill(95)}`,
  vercel: `vcp_${fill(56)}`,
  databricks: `dapi${hex(32)}`,
  docker: `dckr_pat_${fill(27)}`,
  figma: `figd_${fill(40)}`,
  stripe: `sk_live_${fill(24)}`,
  cloudflare: `cfut_${fill(40)}${hex(8)}`,
  tailscale: `tskey-auth-${fill(12)}-${fill(32)}`,
};

/** Found in output only: samples of them are common in code. */
const inOutput: Readonly<Record<string, string>> = {
  basicauth: `https://user:${fill(12)}@a.test`,
  'database-connection-string': `postgres://user:${fill(12)}@db.test/x`,
};

/** No key of its own: it reads comments that switch rules off, which ours heed none of. */
const noKeys = ['filter-comments'];

describe('our secret patterns beside the recommended rules of secretlint', () => {
  it('have a sample for every rule there is', () => {
    const names = rules.map(({ meta }) => meta.id.replace('@secretlint/secretlint-rule-', ''));
    expect(names.filter((name) => !(name in samples) && !(name in inOutput) && !noKeys.includes(name))).toEqual([]);
  });

  it.each(Object.entries(samples))('find a key of %s in code and in output', (_name, sample) => {
    expect(secretsInCode(`const key = "${sample}";`)).not.toEqual([]);
    expect(findSecrets(sample)).not.toEqual([]);
  });

  it.each(Object.entries(inOutput))('find a %s in output', (_name, sample) => {
    expect(findSecrets(sample)).not.toEqual([]);
  });
});
