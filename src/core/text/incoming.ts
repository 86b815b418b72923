/** The most text of one issue or comment that is passed on, in UTF-16 units. GitHub itself allows 65,536. */
export const incomingLimit = 60_000;

const cutNote = '\n\n[The rest of this text was cut because it is too long.]';
const leadIn = 'Text: ';

/**
 * Characters a person cannot see: everything Unicode calls default ignorable (zero-width, bidi controls, tags,
 * variation selectors, fillers), interlinear marks, and controls other than tab and line feed.
 */
// eslint-disable-next-line no-control-regex
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u{fff9}-\u{fffb}\0-\x08\x0b-\x1f\x7f-\x9f]/gu;
/** An HTML comment; one that is never closed hides all that follows. The short forms are those of the HTML standard. */
const htmlComment = /<!--(?:-?>|[\s\S]*?(?:--!?>|$))/g;

const normalise = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(invisible, '')
    .normalize('NFC')
    .replace(htmlComment, '');

/** Nobody nests comments this deep in good faith; more rounds would only burn time (each is linear). */
const mostRounds = 30;

/**
 * Takes out what a person reading the issue does not see: invisible characters and HTML comments, to a fixed point
 * (taking one out may make another). Line ends become `\n`, the text NFC. Where comments are nested absurdly deep,
 * every `<` goes instead, so that none can be left.
 */
export const stripHidden = (text: string): string => {
  let before = text;
  for (let round = 0; round < mostRounds; round += 1) {
    const after = normalise(before);
    if (after === before) return after;
    before = after;
  }
  return normalise(before.replaceAll('<', ''));
};

const cut = (text: string, limit: number): string => {
  if (text.length <= limit) return text;
  const end = Math.max(0, limit - cutNote.length);
  const splitsPair = /[\ud800-\udbff]/.test(text.charAt(end - 1));
  return text.slice(0, splitsPair ? end - 1 : end).trimEnd() + cutNote;
};

/** A first `/` or `!` would make Aider run the line as a command (`aider.md`, traps). */
const defuseStart = (text: string): string => (/^[/!]/.test(text) ? leadIn + text : text);

/**
 * Untrusted text made fit for a model or Aider: nothing hidden in it, at most `limit` units with a note where it was
 * cut, trimmed, and never beginning with `/` or `!`. Applying it twice changes nothing more.
 */
export const makeSafe = (text: string, limit: number = incomingLimit): string =>
  cut(defuseStart(stripHidden(text).trim()), limit);
