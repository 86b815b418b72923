/** A jest reporter that counts the green vectors of the hostile corpus by group, over all files of a run. */
export default class CorpusReporter {
  onRunComplete(_contexts, { testResults }) {
    const groups = countByGroup(testResults.flatMap((file) => file.testResults));
    if (groups.size === 0) return;
    const lines = [...groups].map(([name, { green, all }]) => `${pad(green, 5)} of ${pad(all, 5)}  ${name}`);
    const sum = [...groups.values()].reduce((total, { green, all }) => [total[0] + green, total[1] + all], [0, 0]);
    process.stderr.write(
      `\nHostile corpus, green vectors:\n${lines.join('\n')}\n${pad(sum[0], 5)} of ${pad(sum[1], 5)}  in all\n`,
    );
  }
}

const prefix = 'hostile corpus: ';
const pad = (number, width) => String(number).padStart(width);

const countByGroup = (results) => {
  const groups = new Map();
  for (const { ancestorTitles, status } of results) {
    const title = ancestorTitles.find((each) => each.startsWith(prefix));
    if (title === undefined) continue;
    const name = title.slice(prefix.length);
    const { green, all } = groups.get(name) ?? { green: 0, all: 0 };
    groups.set(name, { green: green + (status === 'passed' ? 1 : 0), all: all + 1 });
  }
  return groups;
};
