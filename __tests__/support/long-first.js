import Sequencer from '@jest/test-sequencer';

/** Folders whose tests wait for real programs, the longest first. */
const long = ['/e2e/', '/hostile/', '/adapters/aider/', '/e2e-cli/', '/adapters/', '/app/'];

const rank = ({ path }) => {
  const index = long.findIndex((folder) => path.includes(folder));
  return index < 0 ? long.length : index;
};

/** Long tests begin first: what is begun last must not be what everything waits for. */
export default class LongFirst extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].toSorted((a, b) => rank(a) - rank(b));
  }
}
