/**
 * Stands in for undici in bundles for browsers and edge runtimes, which have none: `imports` in package.json names it.
 */

/** There is no pool of connections. */
export const Agent = undefined
