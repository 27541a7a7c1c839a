/**
 * Formats the help of a command for the width of a terminal.
 */
import * as CliOutput from "effect/cli/CliOutput"
import type { ArgDoc, ExampleDoc, FlagDoc, HelpDoc, SubcommandGroupDoc } from "effect/cli/HelpDoc"
import * as Option from "effect/Option"
import * as Words from "./Words.ts"

/** The widest first column; what is longer has a line of its own. */
const widestLabel = 26

/** The longest list of choices beside a flag; its description has a longer one. */
const longestChoices = 20

/** How help is formatted. */
export interface HelpOptions {
  /** The cells of a line; `undefined`: no line is broken. */
  readonly width: number | undefined
  /** Whether titles and names are styled. */
  readonly colors: boolean
}

type Entry = readonly [label: string, text: string]

const flagEntry = ({ aliases, description, name, type }: FlagDoc): Entry => {
  const shown = type === "boolean" ? "" : type.includes("|") && type.length > longestChoices ? " WORD" : ` ${type}`
  return [[`--${name}`, ...aliases].join(", ") + shown, Option.getOrElse(description, () => "")]
}

const argumentEntry = ({ description, name, required, variadic }: ArgDoc): Entry => [
  variadic ? `${name}...` : name,
  `${Option.getOrElse(description, () => "")}${required ? "" : " (optional)"}`
]

const commandEntries = (groups: ReadonlyArray<SubcommandGroupDoc>): ReadonlyArray<Entry> =>
  groups.flatMap(({ commands }) => commands.map(({ description, name }) => [name, description] as const))

/** Creates the function that formats the help of a command. */
const format = ({ colors, width }: HelpOptions) => {
  const style = (code: number) => (text: string) => (colors ? `\u001b[${code}m${text}\u001b[0m` : text)
  const bold = style(1)
  const dim = style(2)
  const cyan = style(36)

  const room = width === undefined ? undefined : width - 2

  const entries = (list: ReadonlyArray<Entry>): ReadonlyArray<string> => {
    const label = Math.min(widestLabel, Math.max(...list.map(([name]) => Words.cells(name))))
    return list.map(([name, text]) => {
      const isLong = Words.cells(name) > label
      // Where lines are not broken, an entry is one line.
      if (isLong && width !== undefined) {
        return `  ${cyan(name)}\n${Words.beside(" ".repeat(label + 4), text, width)}`
      }
      return Words.beside(`  ${cyan(name)}${" ".repeat(Math.max(0, label - Words.cells(name)))}  `, text, width)
    })
  }

  /** Breaks a command as a shell reads it: each line but the last ends with a backslash. */
  const commandLines = (command: string): ReadonlyArray<string> =>
    room === undefined || Words.cells(command) <= room
      ? [command]
      : Words.lines(command, room - 4).map((line, index, { length }) =>
        `${index === 0 ? "" : "  "}${line}${index === length - 1 ? "" : " \\"}`
      )

  const examples = (list: ReadonlyArray<ExampleDoc>): ReadonlyArray<string> =>
    list.flatMap(({ command, description }, index) => [
      ...(index === 0 ? [] : [""]),
      ...(description === undefined ? [] : Words.lines(`# ${description}`, room).map((line) => `  ${dim(line)}`)),
      ...commandLines(command).map((line) => `  ${cyan(line)}`)
    ])

  const section = (title: string, body: ReadonlyArray<string>): ReadonlyArray<string> =>
    body.length === 0 ? [] : [[bold(title), ...body].join("\n")]

  return (doc: HelpDoc): string =>
    [
      ...section("DESCRIPTION", Words.lines(doc.description, room).map((line) => `  ${line}`)),
      ...section("USAGE", Words.lines(doc.usage, room).map((line) => `  ${cyan(line)}`)),
      ...section("ARGUMENTS", entries((doc.args ?? []).map(argumentEntry))),
      ...section("FLAGS", entries(doc.flags.map(flagEntry))),
      ...section("SUBCOMMANDS", entries(commandEntries(doc.subcommands ?? []))),
      ...section("GLOBAL FLAGS", entries((doc.globalFlags ?? []).map(flagEntry))),
      ...section("EXAMPLES", examples(doc.examples ?? []))
    ].join("\n\n")
}

/** Creates the formatter of help and errors. */
export const formatter = (options: HelpOptions): CliOutput.Formatter => ({
  ...CliOutput.defaultFormatter({ colors: options.colors }),
  formatHelpDoc: format(options)
})
