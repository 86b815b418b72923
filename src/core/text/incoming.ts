import { dropInvisible } from './invisible.js';
import { tame } from './tame.js';
import { dropUnseen } from './visible-markdown.js';

/** The most text of one issue or comment that is passed on, in UTF-16 units. GitHub itself allows 65,536. */
export const incomingLimit = 60_000;

/** More than this is not looked at: GitHub allows 65,536, and a parser's time has to end. */
const readLimit = 65_536;

const cutNote = '\n\n[The rest of this text was cut because it is too long.]';
const leadIn = 'Text: ';

/** Nobody hides things in things this deep in good faith; more rounds would only burn time. */
const mostRounds = 12;

/** Without any of these signs Markdown hides nothing. */
const mayHide = /[<[&]|```|~~~/;

/**
 * Takes out what a person reading the issue on GitHub does not see: invisible characters, HTML comments and hidden
 * elements, definitions nobody refers to, titles, alternative texts and the like (`dropUnseen`), to a fixed point,
 * since taking one out may make another. Code is left to the letter. Line ends become `\n`, the text NFC. Where no
 * end is in sight every sign goes that could hide something. Time is bounded: what lies beyond 65,536 characters is
 * dropped first.
 */
export const stripHidden = (text: string): string => {
  let before = tame(cutAt(dropInvisible(text), readLimit));
  for (let round = 0; round < mostRounds; round += 1) {
    if (!mayHide.test(before)) return before;
    const after = tame(dropInvisible(dropUnseen(before)));
    if (after === before) return after;
    before = after;
  }
  return dropInvisible(before.replace(/[<[\]&`~]/g, ''));
};

/** Never between the halves of one character. */
const cutAt = (text: string, end: number): string =>
  text.length <= end ? text : text.slice(0, /[\ud800-\udbff]/.test(text.charAt(end - 1)) ? end - 1 : end);

const cut = (text: string, limit: number): string =>
  text.length <= limit ? text : cutAt(text, Math.max(0, limit - cutNote.length)).trimEnd() + cutNote;

/** A first `/` or `!` would make Aider run the line as a command (`aider.md`, traps). */
const defuseStart = (text: string): string => (/^[/!]/.test(text) ? leadIn + text : text);

/**
 * Untrusted text made fit for a model or Aider: nothing hidden in it, at most `limit` units with a note where it was
 * cut, trimmed, and never beginning with `/` or `!`. Applying it twice changes nothing more.
 */
export const makeSafe = (text: string, limit: number = incomingLimit): string =>
  settle(cut(defuseStart(stripHidden(text).trim()), limit), limit);

/**
 * The same of text that was never Markdown, as that of a command line: to whoever typed it nothing of it is hidden,
 * and `List<String>` is what it says. Linear.
 */
export const makePlainSafe = (text: string, limit: number = incomingLimit): string =>
  cut(defuseStart(dropInvisible(text).trim()), limit);

/** A cut may leave half of something that then hides what follows it: the note too. */
const settle = (text: string, limit: number): string => {
  const again = cut(defuseStart(stripHidden(text).trim()), limit);
  return again === text ? text : settle(again, limit);
};
