// Loads the instrumented TypeScript as it stands: Node strips the types, `.js` in an import means the `.ts` beside it.
// `?take=2` in an address asks for fresh modules, and what such a module imports is fresh too.
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const fewRuns = new URL('few-runs.mjs', import.meta.url).href;

const asTypeScript = (address) => {
  const written = new URL(address.href.replace(/\.js$/, '.ts'));
  return existsSync(fileURLToPath(written)) ? written : address;
};

export const installHooks = (root) => {
  const home = pathToFileURL(`${root}/`).href;
  registerHooks({
    resolve: (specifier, context, next) => {
      const parent = context.parentURL ?? '';
      const isOurs = parent.startsWith(home) && parent !== fewRuns && !parent.includes('/node_modules/');
      if (isOurs && specifier === 'fast-check') return { url: fewRuns, shortCircuit: true };
      if (!isOurs || !specifier.startsWith('.')) return next(specifier, context);
      const found = asTypeScript(new URL(specifier, parent));
      return { ...next(found.href, context), url: found.href + new URL(parent).search };
    },
  });
};
