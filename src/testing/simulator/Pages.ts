/**
 * Lists that are told page by page.
 */

/** A page, and the first of the next one where there is more. */
export interface Page {
  readonly ids: ReadonlyArray<string>
  readonly next: number | undefined
}

/** Cuts a page out of a list: `from` counts from 0, and a size that is none is the usual one. */
export const cut = (
  ids: ReadonlyArray<string>,
  from: number,
  size: string | null,
  limits: { readonly usual: number; readonly most: number }
): Page => {
  const wanted = Number(size ?? limits.usual)
  const end = from + (Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, limits.most) : limits.usual)
  return { ids: ids.slice(from, end), next: end < ids.length ? end : undefined }
}
