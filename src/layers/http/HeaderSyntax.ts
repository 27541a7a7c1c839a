/**
 * Checks what HTTP allows in a header (RFC 9110, 5.1 and 5.5), before a client rejects the request without a reason.
 */

const name = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/
const value = /^[\t\x20-\x7e\x80-\xff]*$/

/** Returns whether a text can be the value of a header. */
export const isValue = (text: string): boolean => value.test(text)

/** Returns whether a name and a value can be a header. */
export const isField = (field: string, text: string): boolean => name.test(field) && value.test(text)
