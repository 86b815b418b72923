/** A part of a prompt. Parts of lower `rank` keep their text when there is too much of it. */
export interface Section {
  readonly title: string;
  readonly text: string;
  readonly rank: number;
}

/** Characters; about 15,000 tokens. */
export const maxPromptLength = 60_000;

/** A cut part says so; with less room than this it is left out instead. */
const smallestPart = 200;

/**
 * Puts the parts together in their order, each between a line `<boundary> <title>` and a line `end <boundary>`, and
 * never longer than `max` characters: room is given by rank, a part that does not fit is cut and says how much is
 * missing. `boundary` must be random: it is what tells the user's text from ours.
 */
export const renderSections = (sections: readonly Section[], boundary: string, max = maxPromptLength): string => {
  const full = sections.filter(({ text }) => text.trim() !== '').map((section) => withoutBoundary(section, boundary));
  const room = giveRoom(full, max - boundary.length, boundary.length);
  return full
    .flatMap((section) => {
      const text = cut(section.text, room.get(section) ?? 0);
      return text === '' ? [] : [`${boundary} ${section.title}\n${text}\nend ${boundary}`];
    })
    .join('\n\n');
};

/**
 * What stands for the boundary must not be empty, and hold a sign that no boundary has: else what is left on both
 * sides of it could make a boundary again.
 */
const withoutBoundary = (section: Section, boundary: string): Section => {
  const pattern = new RegExp(boundary.replace(/[^\w-]/g, '\\$&'), 'gi');
  return { ...section, title: section.title.replace(pattern, '…'), text: section.text.replace(pattern, '…') };
};

const giveRoom = (sections: readonly Section[], max: number, boundary: number): ReadonlyMap<Section, number> => {
  const room = new Map<Section, number>();
  let left = max;
  for (const section of [...sections].sort((a, b) => a.rank - b.rank)) {
    const frame = section.title.length + 2 * boundary + 9;
    const given = Math.max(0, Math.min(section.text.length, left - frame));
    room.set(section, given);
    if (given > 0) left -= given + frame;
  }
  return room;
};

const cut = (text: string, room: number): string => {
  if (text.length <= room) return text;
  const note = `\n[cut: ${text.length} characters in all]`;
  return room < smallestPart ? '' : text.slice(0, room - note.length) + note;
};
