/**
 * Renders the events of a completion as text: a row for each kind of event, which grows as they arrive.
 */
import type { ResponseEvent } from "sluice"

/** The rendering of one completion. Every function returns the text to write. */
export interface Flow {
  /** Renders the heading. */
  readonly title: (title: string, detail: string) => string
  /** Renders an event. */
  readonly add: (event: ResponseEvent.ResponseEvent) => string
  /** Renders an error, with further rows. */
  readonly failure: (
    error: { readonly _tag: string; readonly message: string },
    rows: ReadonlyArray<readonly [string, string]>
  ) => string
}

const label = 26
const width = 96

const wrap = (text: string, at: number): string => {
  let column = at
  return text.split(/(?= )/).map((word) => {
    const isBreak = column + word.length > width
    column = isBreak ? label + word.trimStart().length : column + word.length
    return isBreak ? `\n${" ".repeat(label)}${word.trimStart()}` : word
  }).join("")
}

/** Returns a log line without its timestamp and fiber. */
export const logLine = (line: string): string =>
  `  ${"log".padEnd(label - 2)}${wrap(line.replace(/^timestamp=\S+ /, "").replace(/fiber=\S+ /, ""), label)}`

/** Creates a flow, with colours or without. */
export const make = (colors: boolean): Flow => {
  const paint = (code: string) => (text: string) => (colors && text !== "" ? `\u001b[${code}m${text}\u001b[0m` : text)
  const [bold, dim, cyan, red, green] = [paint("1"), paint("2"), paint("36"), paint("31"), paint("32")]
  let row: string | undefined
  let count = 0
  let column = label

  const name = (text: string, color = cyan) => `  ${color(text.padEnd(label - 2))}`

  const close = (): string => {
    if (row === undefined) return ""
    const events = dim(` (${count} ${count === 1 ? "event" : "events"})`)
    row = undefined
    return `${events}\n`
  }

  const grow = (tag: string, delta: string, color: (text: string) => string = (text) => text): string => {
    const start = row === tag ? "" : `${close()}${name(tag)}`
    if (start !== "") {
      row = tag
      count = 0
      column = label
    }
    count++
    const breaks = column + delta.length > width && delta.startsWith(" ")
    const text = breaks ? delta.trimStart() : delta
    column = (breaks ? label : column) + text.length
    return `${start}${breaks ? `\n${" ".repeat(label)}` : ""}${color(text)}`
  }

  const line = (tag: string, text: string): string => `${close()}${name(tag)}${text}\n`

  return {
    title: (title, detail) => `\n${bold(`── ${title} `)}${dim(detail)}\n`,
    add: (event) => {
      switch (event._tag) {
        case "ReasoningContentDelta":
        case "ReasoningSummaryDelta":
        case "ToolPlanDelta":
          return grow(event._tag, event.delta, dim)
        case "OutputTextDelta":
        case "RefusalDelta":
          return grow(event._tag, event.delta)
        case "ToolCallArgumentsDelta":
          return grow(event._tag, event.delta)
        case "OutputItemDone":
          return event.item._tag === "ToolCall"
            ? line("OutputItemDone", green(`${event.item.name}(${JSON.stringify(event.item.arguments)})`))
            : ""
        case "Completed": {
          const { finishReason, usage } = event
          const tokens = usage === null ?
            "" :
            `: ${usage.inputTokens} tokens in, ${usage.cachedInputTokens} of them cached; ${usage.outputTokens} out, ${usage.reasoningOutputTokens} of them reasoning`
          return line("Completed", `${finishReason}${tokens}`)
        }
        case "Created":
          return line("Created", dim(`${event.responseId ?? ""}`))
        case "Warnings":
          return event.warnings.map(({ message }) => line("Warnings", message)).join("")
        case "RateLimits":
        case "OutputItemAdded":
        case "ReasoningSummaryPartAdded":
        case "CitationAdded":
        case "WebSearchCallBegin":
          return ""
      }
    },
    failure: (error, rows) =>
      `${close()}${name(error._tag, red)}${wrap(error.message, label)}\n${
        rows.map(([key, value]) => `    ${key.padEnd(label - 4)}${wrap(value, label)}\n`).join("")
      }`
  }
}
