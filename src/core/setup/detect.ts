import type { ValidationCommand } from '../validation.js';
import { detectNode } from './detect-node.js';
import { detectPython } from './detect-python.js';
import type { Detected, Project } from './manifests.js';

/** What set-up and validation would be where the user gave none. `setup` is a shell command. */
export interface Proposal {
  readonly setup?: string;
  readonly validation: readonly ValidationCommand[];
}

const detectGo = ({ texts }: Project): Detected | undefined =>
  texts['go.mod'] === undefined
    ? undefined
    : { setup: 'go mod download', commands: { lint: 'go vet ./...', test: 'go test ./...' } };

const detectCargo = ({ files, texts }: Project): Detected | undefined => {
  if (texts['Cargo.toml'] === undefined) return undefined;
  const locked = files.includes('Cargo.lock') ? ' --locked' : '';
  return { setup: `cargo fetch${locked}`, commands: { types: 'cargo check -q', test: 'cargo test -q' } };
};

const detectMake = ({ texts }: Project): Detected | undefined => {
  const makefile = texts['Makefile'];
  if (makefile === undefined) return undefined;
  const targets = ['lint', 'test'].filter((name) => new RegExp(`^${name}\\s*:(?!=)`, 'm').test(makefile));
  return { commands: Object.fromEntries(targets.map((name) => [name, `make ${name}`])) };
};

const order = ['lint', 'types', 'test'];

/** The next free name, so that two tool chains in one repository both count: `test`, then `test-python`. */
const named = (chains: readonly { readonly chain: string; readonly detected: Detected }[]) => {
  const commands = new Map<string, string>();
  for (const { chain, detected } of chains)
    for (const [name, run] of Object.entries(detected.commands)) {
      if (!commands.has(name)) commands.set(name, run);
      // A Makefile target mostly calls what was found already.
      else if (chain !== 'make') commands.set(`${name}-${chain}`, run);
    }
  return commands;
};

const rank = (name: string): number => order.indexOf(name.split('-')[0] ?? '');

/**
 * Finds set-up and validation commands from the manifests at the root of a project: package.json, Python, Go, Cargo,
 * and a Makefile for what none of them has. Lint comes first, then types, then tests.
 */
export const detect = (project: Project, timeoutMs: number): Proposal => {
  const found = { node: detectNode, python: detectPython, go: detectGo, cargo: detectCargo, make: detectMake };
  const chains = Object.entries(found).flatMap(([chain, detector]) => {
    const detected = detector(project);
    return detected === undefined ? [] : [{ chain, detected }];
  });
  const setups = chains.flatMap(({ detected }) => detected.setup ?? []);
  const commands = [...named(chains)].toSorted(([a], [b]) => rank(a) - rank(b));
  return {
    ...(setups.length === 0 ? {} : { setup: setups.join(' && ') }),
    validation: commands.map(([name, run]) => ({ name, run, timeoutMs })),
  };
};
