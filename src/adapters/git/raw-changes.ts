/** One entry of a raw tree difference. Modes are git's octal strings; `000000` where there is nothing. */
export interface RawChange {
  readonly path: string;
  readonly modeBefore: string;
  readonly modeAfter: string;
  readonly idAfter: string;
}

const rawLine = /^:(\d{6}) (\d{6}) [0-9a-f]+ ([0-9a-f]+) [A-Z]\d*$/;

/** Reads `--raw -z --no-renames` from its front; returns the changes and the fields that follow them. */
export const parseRaw = (all: readonly string[]): { changes: readonly RawChange[]; rest: readonly string[] } => {
  const changes: RawChange[] = [];
  let at = 0;
  for (; at + 1 < all.length; at += 2) {
    const [, modeBefore, modeAfter, idAfter] = rawLine.exec(all[at] ?? '') ?? [];
    if (modeBefore === undefined || modeAfter === undefined || idAfter === undefined) break;
    changes.push({ path: all[at + 1] ?? '', modeBefore, modeAfter, idAfter });
  }
  return { changes, rest: all.slice(at) };
};
