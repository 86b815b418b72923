/** A kind of key or token known by its looks. */
export interface SecretPattern {
  /** For a person, e.g. `GitHub token`. */
  readonly name: string;
  /** One of these stands in every match: a text without any is not searched. In small letters. */
  readonly hints: readonly string[];
  /** Global; every repeat is of one class and ends, so that its time is linear. */
  readonly pattern: RegExp;
  /** Sample values of this form are common in code, so a change is not refused for it; output hides it all the same. */
  readonly commonInCode?: true;
}

const row = (name: string, hints: string, pattern: RegExp): SecretPattern => ({
  name,
  hints: hints.split(' '),
  pattern,
});

/**
 * Forms their issuers document (prefixes and alphabets), without the length an issuer uses today, so that a cut or
 * longer one is found too. The test holds them against the recommended rules of secretlint, release by release.
 */
export const secretPatterns: readonly SecretPattern[] = [
  // GitHub's new installation tokens are about 520 characters with `.`, `_` and `-` (github.md).
  row('GitHub token', 'ghp_ gho_ ghu_ ghs_ ghr_', /gh[pousr]_[A-Za-z0-9._-]{20,2000}/g),
  row('GitHub fine-grained token', 'github_pat_', /github_pat_[A-Za-z0-9_]{20,300}/g),
  row('model provider key', 'sk-', /sk-[A-Za-z0-9_-]{20,300}/g),
  row('Google API key', 'aiza', /AIza[A-Za-z0-9_-]{30,80}/g),
  row('Google OAuth token', 'ya29. gocspx-', /(?:ya29\.|GOCSPX-)[A-Za-z0-9_-]{20,1000}/g),
  row('xAI key', 'xai-', /xai-[A-Za-z0-9_-]{20,300}/g),
  row('Groq key', 'gsk_', /gsk_[A-Za-z0-9]{20,300}/g),
  row('Hugging Face token', 'hf_', /\bhf_[A-Za-z0-9]{30,60}/g),
  row('Perplexity key', 'pplx-', /pplx-[A-Za-z0-9]{30,100}/g),
  row(
    'AWS key id',
    'akia asia a3t agpa aida aroa aipa anpa anva',
    /\b(?:A3T[A-Z0-9]|AKIA|ASIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA)[A-Z0-9]{16}/g,
  ),
  row(
    'AWS secret key',
    'secret',
    /(?:AWS|aws|Aws)?_?(?:SECRET|secret|Secret)_?(?:ACCESS|access|Access)_?(?:KEY|key|Key)["']?\s{0,5}(?::|=>|=)\s{0,5}["']?[A-Za-z0-9/+=]{40}/g,
  ),
  row(
    'private key',
    'private key',
    /-----BEGIN[A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:[^-]|-(?!-)){0,20000}(?:-----END[A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----)?/g,
  ),
  row('private key', 'private key', /-----BEGIN[A-Z ]{0,30}PRIVATE KEY[^-\n]{0,80}/g),
  row('npm token', 'npm_ _authtoken=', /\bnpm_[A-Za-z0-9_]{30,60}|_authToken=[^\s$"']{8,300}/g),
  row('Slack token', 'xox xapp', /\b(?:xox[abceoprs]|xapp)-[A-Za-z0-9-]{10,250}/g),
  row('Slack webhook', 'hooks.slack.com', /hooks\.slack\.com\/(?:services|workflows)\/[A-Za-z0-9_/]{20,200}/gi),
  row('Discord webhook', 'discord', /discord(?:app)?\.com\/api\/webhooks\/\d{10,30}\/[\w-]{20,120}/g),
  row('SendGrid key', 'sg.', /\bSG\.[\w-]{1,128}\.[\w-]{1,256}/g),
  row('Stripe key', '_live_ _test_', /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,250}/g),
  row('Shopify token', 'shp', /\bshp(?:pa|ca|at|ss)_[a-zA-Z0-9]{20,64}/g),
  row('GitLab token', 'glpat- gldt- glrt- glptt-', /\bgl(?:pat|dt|rt|ptt)-[A-Za-z0-9_.-]{20,300}/g),
  row('Grafana token', 'glc_ glsa_', /\bgl(?:c|sa)_[A-Za-z0-9+/_]{30,420}/g),
  row('Linear key', 'lin_', /\blin_(?:api|oauth)_[a-zA-Z0-9_]{20,128}/g),
  row('Notion token', 'ntn_', /\bntn_[0-9]{11}[A-Za-z0-9]{20,40}/g),
  row('1Password token', 'ops_ey', /ops_ey[A-Za-z0-9+/=_-]{50,3000}/g),
  row('Vault token', 'hvs. hvb. hvr.', /\bhv[sbr]\.[A-Za-z0-9_-]{20,400}/g),
  row('Vercel token', 'vcp_ vci_ vca_ vcr_ vck_', /\bvc[piark]_[A-Za-z0-9]{20,60}/g),
  row('Databricks token', 'dapi', /\bdapi[A-Fa-f0-9]{32}/g),
  row('Docker token', 'dckr_', /\bdckr_[po]at_[A-Za-z0-9_-]{20,60}/g),
  row('Figma token', 'fig', /\bfig[dopur]{1,2}_[A-Za-z0-9_-]{30,80}/g),
  row('PyPI token', 'pypi-', /\bpypi-[A-Za-z0-9_-]{50,1000}/g),
  row('RubyGems key', 'rubygems_', /\brubygems_[a-f0-9]{40,60}/g),
  row('DigitalOcean token', '_v1_', /\bdo[opr]_v1_[a-f0-9]{40,80}/g),
  row('Telegram token', ':aa', /\b\d{8,10}:AA[\w-]{30,40}/g),
  row('Twilio key', 'sk', /\bSK[0-9a-f]{32}\b/g),
  row('Sentry token', 'sntry', /\bsntry[su]_[A-Za-z0-9+/=_-]{40,300}/g),
  row('New Relic key', 'nrak-', /\bNRAK-[A-Z0-9]{20,40}/g),
  row('Stripe webhook secret', 'whsec_', /\bwhsec_[A-Za-z0-9+/=]{20,120}/g),
  row('Cloudflare token', 'cfk_ cfut_ cfat_', /\bcf(?:k|ut|at)_[A-Za-z0-9]{30,60}/g),
  row('Tailscale key', 'tskey-', /\btskey-[A-Za-z0-9_-]{20,120}/g),
  row('Supabase token', 'sbp_', /\bsbp_[a-f0-9]{30,60}/g),
  row('Azure storage key', 'accountkey=', /AccountKey=[A-Za-z0-9+/=]{80,100}/g),
  row('age key', 'age-secret-key-', /AGE-SECRET-KEY-1[A-Z0-9]{50,70}/g),
  { ...row('signed token', 'eyj', /\beyJ[\w-]{10,3000}\.eyJ[\w-]{10,6000}\.[\w-]{10,2000}/g), commonInCode: true },
  {
    ...row('authorization header', 'bearer basic', /\b(?:[Bb]earer|[Bb]asic) +[A-Za-z0-9._~+/-]{24,3000}=*/g),
    commonInCode: true,
  },
  {
    ...row('password in an address', '@', /\b[a-z][a-z0-9+]{1,20}:\/\/[^\s:/@"'<>]{1,256}:[^\s/@"'<>]{1,256}@/gi),
    commonInCode: true,
  },
];
