/** Declarations that cannot hide text, each with the values that are harmless. Anything else counts as hiding. */
const harmless: readonly (readonly [property: RegExp, value: RegExp])[] = [
  [
    /^(text-align|float|clear|vertical-align|font-weight|font-style|font-family|text-decoration|white-space)$/,
    /^[\w ,'"-]+$/,
  ],
  [/^(margin|padding|border)(-\w+)*$/, /^[\w #.%]+$/],
  [/^(max-)?(width|height)$/, /^(auto|[1-9]\d*(\.\d+)?(px|em|rem|%)?)$/],
  [/^font-size$/, /^([8-9]|[1-4]\d)(px|pt)$|^(1|2)(\.\d+)?r?em$|^(small|smaller|medium|large|larger|x-large)$/],
  [/^color$/, /^(red|green|blue|orange|purple|gray|grey|brown)$/],
];

/** Whether a `style` might make text invisible. Says true when unsure (an escape, a property it does not know). */
export const styleHides = (style: string): boolean =>
  style
    .toLowerCase()
    .split(';')
    .map((declaration) => declaration.trim())
    .filter((declaration) => declaration !== '')
    .some((declaration) => {
      const [property = '', ...value] = declaration.split(':');
      const given = value.join(':').trim();
      return !harmless.some(([name, values]) => name.test(property.trim()) && values.test(given));
    });
