/**
 * Splits lists into pages.
 */

/** A page of a list. */
export interface Page {
  readonly ids: ReadonlyArray<string>
  /** The position of the next page's first element; `undefined` on the last page. */
  readonly next: number | undefined
}

/** Returns the page that begins at a position, from 0. An invalid size means the default size. */
export const slice = (
  ids: ReadonlyArray<string>,
  from: number,
  size: string | null,
  sizes: { readonly default: number; readonly maximum: number }
): Page => {
  const requested = Number(size ?? sizes.default)
  const length = Number.isInteger(requested) && requested > 0 ? Math.min(requested, sizes.maximum) : sizes.default
  const end = from + length
  return { ids: ids.slice(from, end), next: end < ids.length ? end : undefined }
}
