/**
 * Turns events into text for stdout and stderr, with a summary line at the end.
 */
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import type { ResponseItem } from "../../domain/ResponseItem.ts"
import type { TokenUsage } from "../../domain/TokenUsage.ts"
import type { Terminals } from "../Output.ts"
import * as Controls from "../terminal/Controls.ts"
import * as Markdown from "../terminal/markdown/Markdown.ts"

/** A text to print. */
export interface Piece {
  /** The stream to print it on. */
  readonly to: "stdout" | "stderr"
  /** The text, with its line ends. */
  readonly text: string
}

/** What a transcript depends on of the terminals. */
type Screens = Pick<Terminals, "stdout" | "stderr" | "colors">

/** What is printed of a completion. */
export interface TranscriptOptions {
  /** Whether the text is printed; default: `true`. */
  readonly hasText?: boolean
}

/** The state of a completion that is being printed. */
export interface Transcript {
  /** Adds an event that arrived at `nowMillis`, in milliseconds since the epoch, and returns what to print. */
  readonly add: (event: ResponseEvent, nowMillis: number) => ReadonlyArray<Piece>
  /** Ends an unfinished line, so that what follows starts on a line of its own. */
  readonly end: () => ReadonlyArray<Piece>
  /** Returns the summary line: usage, finish reason and speed. `startMillis` is when the request was sent. */
  readonly line: (startMillis: number) => string
}

const usageOf = (usage: TokenUsage | null): string => {
  if (usage === null) return "usage unknown"
  const cached = usage.cachedInputTokens === 0 ? "" : ` (${usage.cachedInputTokens} cached)`
  const reasoning = usage.reasoningOutputTokens === 0 ? "" : ` (${usage.reasoningOutputTokens} reasoning)`
  return `${usage.inputTokens} tokens in${cached}, ${usage.outputTokens} out${reasoning}`
}

const duration = (
  millis: number
): string => (millis < 1000 ? `${Math.round(millis)} ms` : `${(millis / 1000).toFixed(2)} s`)

/** Returns the note about an item of the output; `undefined` for an item that is printed otherwise or not at all. */
const noteOf = (item: ResponseItem): string | undefined => {
  switch (item._tag) {
    case "ToolCall":
      return `Tool call: ${item.name}(${JSON.stringify(item.arguments)})`
    case "CustomToolCall":
      return `Tool call: ${item.name}(${JSON.stringify(item.input)})`
    case "InvalidToolCall":
      return `Tool call that must not be run (${item.reason}): ${item.name}(${item.argumentsRaw})`
    case "File":
      return `File: ${item.mediaType}${item.url === undefined ? "" : ` at ${item.url}`}`
    case "Message":
    case "Reasoning":
    case "ServerToolCall":
    case "UnknownItem":
      return undefined
  }
}

type Completed = Extract<ResponseEvent, { readonly _tag: "Completed" }>

/**
 * Formats the summary line; `waited` is the time to the first delta, `writing` the time from there to the last event.
 */
const summaryOf = (completed: Completed | undefined, waited: number | undefined, writing: number): string => {
  const usage = completed?.usage ?? null
  const raw = completed?.finishReasonRaw
  const reason = completed?.finishReason ?? "unknown"
  return [
    usageOf(usage),
    `finish: ${reason}${raw === null || raw === undefined || raw === reason ? "" : ` (${raw})`}`,
    ...(waited === undefined ? [] : [`first token after ${duration(waited)}`]),
    ...(usage === null || writing < 1 ? [] : [`${(usage.outputTokens / (writing / 1000)).toFixed(1)} tokens/s`])
  ].join(" · ")
}

/** Text, reasoning and notes as pieces for the terminals, with the line ends between them. */
const linesFor = (terminals: Screens) => {
  const reasoningTo = terminals.stdout ? "stdout" : terminals.stderr ? "stderr" : undefined
  const shared = terminals.stdout && terminals.stderr
  // Whether the last line of each stream is unfinished, and whether that line is reasoning.
  const open = { stdout: false, stderr: false }
  let isReasoning = false

  const dim = (text: string): string => (terminals.colors ? `\u001b[2m${text}\u001b[22m` : text)

  const markdown = terminals.stdout && terminals.colors ? Markdown.make() : undefined
  /** Shows control characters of the model, which a terminal would obey. */
  const shown = (to: Piece["to"], text: string): string => (terminals[to] ? Controls.visible(text) : text)

  const close = (to: Piece["to"]): ReadonlyArray<Piece> => {
    if (!open[to]) return []
    const held = to === "stdout" ? markdown?.flush() ?? "" : ""
    open[to] = false
    isReasoning = false
    return [{ to, text: `${held}\n` }]
  }

  const put = (to: Piece["to"], raw: string, style: (text: string) => string): ReadonlyArray<Piece> => {
    open[to] = !raw.endsWith("\n")
    const text = style(shown(to, raw))
    return text === "" ? [] : [{ to, text }]
  }

  const text = (delta: string): ReadonlyArray<Piece> => {
    const gap: ReadonlyArray<Piece> = isReasoning && reasoningTo !== undefined
      ? [...close(reasoningTo), { to: reasoningTo, text: "\n" }]
      : []
    isReasoning = false
    return [...gap, ...put("stdout", delta, (text) => markdown?.push(text) ?? text)]
  }

  const reasoning = (delta: string): ReadonlyArray<Piece> => {
    if (reasoningTo === undefined) return []
    const gap = isReasoning ? [] : close(reasoningTo)
    isReasoning = true
    return [...gap, ...put(reasoningTo, delta, dim)]
  }

  const note = (line: string): ReadonlyArray<Piece> => [
    ...close("stderr"),
    // On one terminal the note would continue an unfinished line of text.
    ...(shared ? close("stdout") : []),
    { to: "stderr", text: `${shown("stderr", line)}\n` }
  ]

  return {
    text,
    /** Text beside the output, such as a refusal where the output is a value. */
    aside: (delta: string): ReadonlyArray<Piece> => put("stderr", delta, (text) => text),
    reasoning,
    note,
    paragraph: (): ReadonlyArray<Piece> => (isReasoning ? reasoning("\n\n") : []),
    end: (): ReadonlyArray<Piece> => [...close("stdout"), ...close("stderr")]
  }
}

/**
 * Creates a transcript.
 *
 * **Details**
 *
 * Text and refusals go to stdout, with the styles of Markdown on a terminal with colours. Reasoning is printed dimmed
 * on the terminal: on stdout if that is one, else on stderr if that is one, else not at all. Tool calls and other notes
 * go to stderr. Without `hasText` the text is left out, and a refusal goes to stderr.
 */
export const make = (terminals: Screens, { hasText = true }: TranscriptOptions = {}): Transcript => {
  const lines = linesFor(terminals)
  let isRefusal = false
  let first: number | undefined
  let last = 0
  let completed: Completed | undefined

  const show = (event: ResponseEvent): ReadonlyArray<Piece> => {
    switch (event._tag) {
      case "OutputTextDelta":
        return hasText ? lines.text(event.delta) : []
      case "RefusalDelta": {
        const heading = isRefusal ? [] : lines.note("The model refuses:")
        isRefusal = true
        return [...heading, ...(hasText ? lines.text(event.delta) : lines.aside(event.delta))]
      }
      case "ReasoningContentDelta":
      case "ReasoningSummaryDelta":
      case "ToolPlanDelta":
        return lines.reasoning(event.delta)
      case "ReasoningSummaryPartAdded":
        return event.summaryIndex > 0 ? lines.paragraph() : []
      case "WebSearchCallBegin":
        return lines.note("The provider searches the web.")
      case "Warnings":
        return event.warnings.flatMap(({ message }) => lines.note(message))
      case "OutputItemDone": {
        const line = noteOf(event.item)
        return line === undefined ? [] : lines.note(line)
      }
      case "Created":
      case "RateLimits":
      case "OutputItemAdded":
      case "ToolCallArgumentsDelta":
      case "CitationAdded":
      case "Completed":
        return []
    }
  }

  return {
    add: (event, nowMillis) => {
      last = nowMillis
      if (event._tag === "Completed") completed = event
      else if (event._tag.endsWith("Delta")) first ??= nowMillis
      return show(event)
    },
    end: lines.end,
    line: (startMillis) =>
      first === undefined
        ? summaryOf(completed, undefined, 0)
        : summaryOf(completed, first - startMillis, last - first)
  }
}
