import type { Prd } from '../prd.js';
import type { Request } from '../request/request.js';
import { guardOf } from '../policy/protection.js';
import { isInside } from './glob-overlap.js';
import { knownPaths, normalisePath, pathFault } from './plan-path.js';
import { TaskId, type PlanDocument } from './plan.js';
import type { Split } from './split.js';
import { wholeRepository } from './whole-repository.js';

/** What a plan without a model is made of. */
export interface PlanMaterial {
  readonly request: Request;
  readonly prd: Prd;
  /** The files to change; for one task over the whole repository, all its files at base. */
  readonly files: readonly string[];
  readonly protectedFiles: readonly string[];
  /**
   * The `files` input (paths or globs): where given, nothing else is written; empty: the whole repository is open,
   * new files included. Absent: only `files` may be written.
   */
  readonly allowedFiles?: readonly string[];
}

export interface SplitRequest extends PlanMaterial {
  readonly split: Split;
}

const mostTasks = 50;

/**
 * A plan by rule: the same input always gives the same plan. `files:<n>` makes tasks of n files, `directory` and
 * `diff:<ref>` one for each folder of the files given, `none` (and `auto`) one for all. Where that would be more than
 * 50 tasks, neighbours share one. Protected files, and names no plan may hold, are left out; a plan without tasks,
 * which `parsePlan` refuses, says that no file is left.
 */
export const splitPlan = ({ split, ...material }: SplitRequest): PlanDocument => {
  const isOne = split.kind === 'none' || split.kind === 'auto';
  const isOpen = material.allowedFiles !== undefined || material.files.length === 0;
  return isOne && isOpen ? fallbackPlan(material) : planOf(material, sharesOf(split, material));
};

/** One task over the files allowed, else over the whole repository: what is there and new files, nothing protected. */
export const fallbackPlan = (material: PlanMaterial): PlanDocument => {
  const chosen = allowed(material);
  const writes = chosen ?? wholeRepository(material);
  return planOf(material, [{ name: 'all', title: material.prd.title, writes, whole: chosen === undefined }]);
};

const allowed = ({ files, protectedFiles, allowedFiles = [] }: PlanMaterial): readonly string[] | undefined => {
  if (allowedFiles.length === 0) return undefined;
  const known = knownPaths(files);
  return allowedFiles.flatMap((pattern) => {
    const path = normalisePath(pattern, known);
    if (pathFault(path) === undefined && guardOf(path, protectedFiles) === undefined) return [path];
    return files.filter((file) => isInside(file, [path]) && isPlannable(file, protectedFiles));
  });
};

interface Share {
  readonly name: string;
  readonly title: string;
  readonly writes: readonly string[];
  /** Its writes are the whole repository and need not be told one by one. */
  readonly whole?: boolean;
}

const sharesOf = (split: Split, material: PlanMaterial): readonly Share[] => {
  const files = plannable(material);
  switch (split.kind) {
    case 'auto':
    case 'none':
      return files.length === 0 ? [] : [{ name: 'all', title: material.prd.title, writes: files }];
    case 'files':
      return chunks(files, split.size);
    case 'directory':
      return byFolder(files, (folder, own) => folderWrites(folder, own, material));
    case 'diff':
      return byFolder(files, (_folder, own) => own);
  }
};

const plannable = ({ files, protectedFiles }: PlanMaterial): readonly string[] =>
  [...new Set(files)].filter((file) => isPlannable(file, protectedFiles)).toSorted();

const isPlannable = (file: string, protectedFiles: readonly string[]): boolean =>
  pathFault(file) === undefined && guardOf(file, protectedFiles) === undefined;

const chunks = (files: readonly string[], size: number): readonly Share[] => {
  const parts = slices(files, Math.max(size, Math.ceil(files.length / mostTasks)));
  return parts.map((writes, index) => ({
    name: `part-${index + 1}`,
    title: `Part ${index + 1} of ${parts.length}: ${summary(writes)}`,
    writes,
  }));
};

const byFolder = (
  files: readonly string[],
  writesOf: (folder: string, own: readonly string[]) => readonly string[],
): readonly Share[] => {
  const folders = Map.groupBy(files, (file) => file.slice(0, Math.max(0, file.lastIndexOf('/'))));
  const parts = slices([...folders], Math.ceil(folders.size / mostTasks));
  return parts.map((part, index) => ({
    name: `folder-${index + 1}`,
    title: `Folder ${index + 1} of ${parts.length}: ${summary(part.map(([folder]) => folder || 'the top'))}`,
    writes: part.flatMap(([folder, own]) => writesOf(folder, own)),
  }));
};

/** A folder's files and, where it is allowed and cannot be a protected one, new files beside them. */
const folderWrites = (
  folder: string,
  own: readonly string[],
  { protectedFiles, allowedFiles }: PlanMaterial,
): readonly string[] => {
  const beside = `${folder}/*`;
  const isAllowed = allowedFiles !== undefined && (allowedFiles.length === 0 || isInside(beside, allowedFiles));
  const isOpen = folder !== '' && pathFault(beside) === undefined && guardOf(beside, protectedFiles) === undefined;
  return isAllowed && isOpen ? [...own, beside] : own;
};

const slices = <T>(values: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(values.length / Math.max(1, size)) }, (_each, index) =>
    values.slice(index * size, (index + 1) * size),
  );

const summary = (names: readonly string[]): string => {
  const [first = ''] = names;
  const text = names.length > 1 ? `${first} and ${names.length - 1} more` : first;
  return text.length > 150 ? `${text.slice(0, 149)}…` : text;
};

const planOf = ({ request, prd }: PlanMaterial, shares: readonly Share[]): PlanDocument => ({
  version: 1,
  title: prd.title,
  conventions: [],
  contracts: [],
  acceptance: prd.acceptance,
  tasks: shares.map((share) => ({
    id: TaskId.parse(share.name),
    title: share.title.slice(0, 200),
    kind: 'implementation',
    instructions: instructionsOf(request, share, shares.length),
    writes: [...share.writes],
    reads: [],
    dependsOn: [],
    verify: [],
    estimateMinutes: 5,
    acceptance: prd.acceptance.map(({ id }) => id),
  })),
});

const instructionsOf = ({ title, body }: Request, { writes, whole }: Share, count: number): string => {
  const asked = [title, body].filter((text) => text !== '').join('\n\n');
  const share = count > 1 ? 'Others do the same for the other files at the same time. ' : '';
  const limit =
    whole === true ? 'Protected files excepted, any file may change.' : `Change only: ${writes.join(', ')}.`;
  return `${asked}\n\n${share}${limit}`;
};
