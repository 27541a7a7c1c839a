/**
 * Shows control characters instead of sending them to a terminal, which would obey them.
 */

/** The control characters but tab and line ends, C1 included. */
// oxlint-disable-next-line no-control-regex -- control characters are what it finds.
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g

/** Replaces each control character but tabs and line ends by its code, such as `\x1b`. */
export const visible = (text: string): string =>
  text.replace(controls, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`)
