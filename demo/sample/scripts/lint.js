/** Every file must parse as a module and be free of tabs, trailing space and, in src, of console output. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import { SourceTextModule } from 'node:vm';

const files = ['src', 'test', 'scripts'].flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.js'))
    .map((name) => join(folder, name)),
);

const faultsOf = (file) => {
  const text = readFileSync(file, 'utf8');
  const faults = [];
  try {
    new SourceTextModule(text, { identifier: file });
  } catch (error) {
    faults.push(`${file}: ${error.message}`);
  }
  for (const [index, line] of text.split('\n').entries()) {
    const at = `${file}:${index + 1}`;
    if (line.includes('\t')) faults.push(`${at}: tab`);
    if (/\s$/.test(line)) faults.push(`${at}: space at the end of the line`);
    if (file.startsWith(`src${sep}`) && /\bconsole\./.test(line)) faults.push(`${at}: console output in src`);
  }
  return faults;
};

const faults = files.flatMap(faultsOf);
for (const fault of faults) console.error(fault);
console.log(`${files.length} files, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
