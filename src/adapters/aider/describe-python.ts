import { join } from 'node:path';
import { z } from 'zod';
import { runTool, type ToolOptions } from './run-tool.js';

const Answer = z.tuple([z.string(), z.string(), z.string()]);

// Finds litellm without importing it (that takes 1.5 s).
const question = `
import importlib.util, json, os, sys
found = importlib.util.find_spec("litellm")
print(json.dumps([sys.prefix, sys.base_prefix, os.path.dirname(found.origin) if found else ""]))
`;

// A sandbox shows the venv read-only, where Python could never keep what it compiles: 4 s more for every message.
// The folders are what is imported only later, by a request or a repository map.
const compile = `
import compileall, importlib.util, os
import aider.main, aider.coders, litellm, networkx, numpy
for name in ("openai", "pygments", "httpcore", "h11", "socksio", "scipy/sparse", "scipy/linalg", "scipy/_lib", "jiter"):
    found = importlib.util.find_spec(name.split("/")[0])
    if found and found.origin:
        compileall.compile_dir(os.path.join(os.path.dirname(os.path.dirname(found.origin)), name), quiet=2)
`;

/** Compiles what a start of Aider imports (about 8 s, once) and so proves that it starts. False when it does not. */
export const compileAider = async (python: string, options: ToolOptions): Promise<boolean> => {
  const env = { ...options.env, LITELLM_LOCAL_MODEL_COST_MAP: 'True' };
  return (await runTool(python, ['-I', '-c', compile], { ...options, env })).code === 0;
};

/** Price table and roots of the Python an Aider is installed in; undefined when that Python does not answer. */
export const describePython = async (
  python: string,
  options: ToolOptions,
): Promise<{ readonly pricesFile: string; readonly roots: readonly string[] } | undefined> => {
  const { code, stdout } = await runTool(python, ['-I', '-c', question], { ...options, timeoutMs: 20_000 });
  if (code !== 0) return undefined;
  const [prefix, basePrefix, litellm] = Answer.parse(JSON.parse(stdout));
  return {
    pricesFile: litellm === '' ? '' : join(litellm, 'model_prices_and_context_window_backup.json'),
    roots: [...new Set([prefix, basePrefix])],
  };
};
