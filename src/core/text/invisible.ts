/**
 * Characters a person cannot see: everything Unicode calls default ignorable (zero-width, bidi controls, tags,
 * variation selectors, fillers), interlinear marks, the blank Braille cell, and controls other than tab and line feed.
 */
const invisible =
  // eslint-disable-next-line no-control-regex
  /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u{fff9}-\u{fffb}\u{2800}\0-\x08\x0b-\x1f\x7f-\x9f]/gu;

/** The same text with well-formed UTF-16, `\n` line ends and NFC, without invisible characters. Linear. */
export const dropInvisible = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(invisible, '')
    .normalize('NFC');
