/**
 * The commands of a conversation: lines that begin with a slash.
 */
import { nearest } from "../../../domain/Nearest.ts"
import * as Words from "../../terminal/Words.ts"

/** The commands, with what `/help` says of them. */
const commands = [
  { name: "model", argument: "NAME", description: "Use another model, as NAME or PROVIDER/NAME; without: show it" },
  { name: "system", argument: "TEXT", description: "Replace the instructions to the model; without: remove them" },
  { name: "save", argument: "FILE", description: "Write the conversation to a file, as JSON" },
  { name: "load", argument: "FILE", description: "Go on with the conversation of a file" },
  { name: "help", argument: "", description: "List the commands" },
  { name: "exit", argument: "", description: "End, as Ctrl-D and a second Ctrl-C do" }
] as const

/** The name of a command. */
export type CommandName = (typeof commands)[number]["name"]

/** What a line is. */
export type Parsed =
  | {
    /** A text for the model. */
    readonly _tag: "Text"
  }
  | {
    /** A command. */
    readonly _tag: "Command"
    /** Its name. */
    readonly name: CommandName
    /** What follows the name, without white space around it; may be empty. */
    readonly argument: string
  }
  | {
    /** A line that cannot be run. */
    readonly _tag: "Problem"
    /** Why, and what to enter. */
    readonly message: string
  }

/** Parses a line. */
export const parse = (line: string): Parsed => {
  const found = /^\/(\S*)\s*([^]*)$/.exec(line)
  if (found === null) return { _tag: "Text" }
  const [, given = "", rest = ""] = found
  const command = commands.find(({ name }) => name === given)
  if (command === undefined) {
    const close = nearest(given, commands.map(({ name }) => name)).map((name) => `/${name}`)
    const hint = close.length === 0 ? "/help lists the commands." : `Did you mean ${close.join(", ")}?`
    return {
      _tag: "Problem",
      message: `There is no command /${given}. ${hint} A text that begins with a slash is sent with a space before it.`
    }
  }
  const argument = rest.trim()
  return (command.name === "save" || command.name === "load") && argument === ""
    ? { _tag: "Problem", message: `/${command.name} needs the name of a file: /${command.name} FILE` }
    : { _tag: "Command", name: command.name, argument }
}

/** Returns the list of the commands for a terminal of `width` cells, with a line end. */
export const help = (width: number | undefined): string => {
  const labels = commands.map(({ argument, name }) => `/${name} ${argument}`.trimEnd())
  const label = Math.max(...labels.map((text) => text.length))
  return commands.map(({ description }, index) =>
    `${Words.beside(`${(labels[index] ?? "").padEnd(label)}  `, description, width)}\n`
  ).join("")
}
