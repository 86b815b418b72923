/**
 * Files Aider 0.86.2 loads from the repository root, which win over its environment (keys sent elsewhere, commands
 * run). They are out of an agent's clone before every message and are there for validation (aider.md, Traps).
 */
export const rootTraps = [
  '.env',
  '.aider.conf.yml',
  '.aider.model.settings.yml',
  '.aider.model.metadata.json',
] as const;

/** What Aider itself leaves in a work tree, as ignore patterns: never collected. */
export const aiderLeavings = ['/.aider.tags.cache.v*/', '/.aider.chat.history.md', '/.aider.input.history'] as const;
