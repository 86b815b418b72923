import { type Result, failed, success } from '../../core/result.js';
import type { Network } from '../../ports/place.js';
import type { Root } from './root.js';
import type { IdRange } from './user-ids.js';

/** Lets nothing out of the processes of a range of users but what is allowed to each. */
export interface Firewall {
  allow(id: number, network: Network): Promise<void>;
  /** Takes back what was allowed. */
  forbid(id: number): Promise<void>;
}

/** The name of the table; the range is in it, so that who takes the table has the range. */
export const tableOf = ({ first }: IdRange): string => `aider_orchestrator_${first}`;

/**
 * Judges at the end of the hook, where addresses have been rewritten already. Only what a socket of our users sends
 * comes to the second chain: a packet of no socket, such as a reset of the kernel's, has no user, and to ask whether it
 * is another one's would answer nothing. IPv6, UDP and other addresses of this machine are not allowed to anybody.
 */
const tableText = (range: IdRange): string => `create table inet ${tableOf(range)}
table inet ${tableOf(range)} {
  set ports { type uid . inet_service; }
  set open { type uid; }
  chain ours {
    meta skuid @open accept
    oifname "lo" ip daddr 127.0.0.1 meta skuid . tcp dport @ports accept
    meta l4proto tcp reject with tcp reset
    reject with icmpx admin-prohibited
  }
  chain out {
    type filter hook output priority 10; policy accept;
    meta skuid ${range.first}-${range.first + range.count - 1} jump ours
  }
}
`;

export interface FirewallParts {
  readonly root: Root;
  /** The executable. */
  readonly nft: string;
  readonly range: IdRange;
}

const throwIt = ({ ok, ...rest }: Result<string, string>): void => {
  if (!ok) throw new Error(`nft: ${String((rest as { failure: string }).failure)}`);
};

const elementsOf = (id: number, network: Network): readonly string[] =>
  network === 'open' ? [`open { ${id} }`] : network.ports.map((port) => `ports { ${id} . ${port} }`);

/** Makes the table. Fails where nft does not work here, and where another run has the range. */
export const openFirewall = async ({ root, nft, range }: FirewallParts): Promise<Result<Firewall, string>> => {
  const made = await root.run([nft, '-f', '-'], tableText(range));
  if (!made.ok) return failed(made.failure);
  const allowed = new Map<number, readonly string[]>();
  const change = async (verb: 'add' | 'delete', elements: readonly string[]): Promise<void> => {
    const lines = elements.map((each) => `${verb} element inet ${tableOf(range)} ${each}\n`);
    if (lines.length > 0) throwIt(await root.run([nft, '-f', '-'], lines.join('')));
  };
  return success({
    allow: async (id, network) => {
      const elements = elementsOf(id, network);
      await change('add', elements);
      allowed.set(id, elements);
    },
    forbid: async (id) => {
      const elements = allowed.get(id) ?? [];
      allowed.delete(id);
      await change('delete', elements);
    },
  });
};
