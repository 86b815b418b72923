/** The ways a known secret may be written, compared by letters and digits alone. */
export interface SecretForms {
  /** Pieces to find as they are, whatever stands between letters in the text not looked at. */
  readonly exact: readonly string[];
  /** Longer ones, of which any run of `runLength` letters and digits gives the secret away. */
  readonly runs: readonly string[];
}

/**
 * No provider's key is that short. A shorter value is what people give to local servers that want none (`ollama`,
 * `not-needed`), and hiding it would hide model names and paths.
 */
export const shortestSecret = 12;

/** So many letters and digits of a secret in a row are masked, wherever it was cut. */
export const runLength = 12;

/** Every form of every secret; each as it is written, except those of `runs`, squeezed to letters and digits. */
export const secretForms = (secrets: readonly string[]): SecretForms => {
  const values = [...new Set(secrets.flatMap(valuesOf))];
  return {
    exact: [...new Set(values.flatMap((value) => [value, ...encodings(value)]))].filter(
      (form) => form.length >= shortestSecret && !'***'.includes(form),
    ),
    runs: [
      ...new Set(
        values.flatMap((value) => [value, reverse(value), ...encodings(value), ...spellings(value)]).map(squeeze),
      ),
    ].filter((form) => form.length >= runLength),
  };
};

const valuesOf = (secret: string): readonly string[] => {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  const whole = [secret, secret.trim(), ...(lines.length > 1 ? lines.filter((line) => line.length >= 16) : [])];
  return whole.filter((value) => value.length >= shortestSecret);
};

/** Letters and digits only, so that spaces, quotes, dashes or line breaks put between them do not matter. */
export const squeeze = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '');

const reverse = (text: string): string => [...text].toReversed().join('');

const encodings = (value: string): readonly string[] => {
  const safe = value.toWellFormed();
  return [
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(safe),
    ...base64Forms(new TextEncoder().encode(safe)),
    ...base64Forms(new TextEncoder().encode(reverse(safe))),
  ];
};

/** One character at a time: hexadecimal (also `%73`), `\x73`, `\u0073`, `&#115;` and `&#x73;`, in both cases. */
const spellings = (value: string): readonly string[] => {
  const bytes = [...new TextEncoder().encode(value.toWellFormed())];
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0'));
  return [hex.join(''), hex.join('x'), hex.join('u00'), bytes.join(''), base32(bytes)].flatMap((form) => [
    form,
    form.toUpperCase(),
  ]);
};

/**
 * What of a value's base64 does not depend on its neighbours, for each of the three offsets it can have in a longer
 * text, in both alphabets; so `Basic` credentials are found too.
 */
const base64Forms = (value: Uint8Array): readonly string[] =>
  [0, 1, 2].flatMap((offset) => {
    const bytes = [...new Array<number>(offset).fill(0), ...value];
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor((bytes.length * 8) / 6);
    const plain = btoa(String.fromCharCode(...bytes)).slice(first, last);
    return [plain, plain.replaceAll('+', '-').replaceAll('/', '_')];
  });

const base32 = (bytes: readonly number[]): string => {
  const bits = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{5}/g) ?? [];
  return groups.map((group) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(group, 2)]).join('');
};
