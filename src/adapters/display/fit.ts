import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** `text` in exactly `width` columns of a terminal: padded with spaces, or cut with `…`. No styles in it. */
export const fit = (text: string, width: number): string => {
  const cut = clip(text, width);
  return cut + ' '.repeat(Math.max(0, width - stringWidth(cut)));
};

/** `text` in at most `width` columns, cut with `…`. */
export const clip = (text: string, width: number): string => {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    if (stringWidth(kept + segment) > width - 1) break;
    kept += segment;
  }
  return width <= 0 ? '' : `${kept}…`;
};

/** The same, aligned to the right. */
export const fitRight = (text: string, width: number): string => {
  const cut = clip(text, width);
  return ' '.repeat(Math.max(0, width - stringWidth(cut))) + cut;
};
