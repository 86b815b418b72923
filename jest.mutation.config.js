import config from './jest.config.js';

/** Folder of src/core, `.` for its own files: its defects are to be found by the tests that bear its name. */
const folder = process.env.MUTATION_FOLDER ?? '.';
const named = folder === '.' ? ['*.test.ts'] : [`${folder}*/**/*.test.ts`, `${folder}*.test.ts`];

/** Only the tests that hold core: the others start processes, and each planted defect runs them again. */
export default { ...config, testMatch: named.map((name) => `**/__tests__/core/${name}`) };
