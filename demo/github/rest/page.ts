import type { Answer } from './answer.js';

interface Paged {
  readonly url: URL;
  readonly query: { readonly per_page?: unknown; readonly page?: unknown };
}

const linkTo = (url: URL, page: number, rel: string): string => {
  const target = new URL(url);
  target.searchParams.set('page', String(page));
  return `<${target.href}>; rel="${rel}"`;
};

/** Cuts one page out of a list: at most 100 items, 30 when not said, with GitHub's `Link` header. */
export const paginate = <T>(
  call: Paged,
  items: readonly T[],
): { readonly page: readonly T[]; readonly link: string } => {
  const size = Math.min(100, Math.max(1, Number(call.query.per_page ?? 30)));
  const page = Math.max(1, Number(call.query.page ?? 1));
  const last = Math.max(1, Math.ceil(items.length / size));
  const before = page > 1 ? [linkTo(call.url, page - 1, 'prev'), linkTo(call.url, 1, 'first')] : [];
  const after = page < last ? [linkTo(call.url, page + 1, 'next'), linkTo(call.url, last, 'last')] : [];
  return { page: items.slice((page - 1) * size, page * size), link: [...before, ...after].join(', ') };
};

/** A list answer: the page's items, shaped. */
export const listAnswer = async <T>(call: Paged, items: readonly T[], shape: (item: T) => unknown): Promise<Answer> => {
  const { page, link } = paginate(call, items);
  const body = await Promise.all(page.map(shape));
  return { status: 200, body, ...(link === '' ? {} : { headers: { link } }) };
};
