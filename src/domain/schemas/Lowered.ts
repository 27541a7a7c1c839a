/**
 * The shapes that values take where a dialect has no schema for their own: what a lowered schema demands, and what is
 * restored from it.
 */

/** The names of the properties of one entry of an object, where an object is written as the list of its entries. */
export const entry = { key: "key", value: "value" } as const

/** The property that holds the list of the entries beyond an object's named properties. */
export const otherProperties = "otherProperties"

/** The property that holds the rest of a tuple, whose elements are the properties "0", "1" and so on. */
export const rest = "rest"
