/** Decoders of bytes that are in memory already, for Chat Completions: no socket, no runtime. */
import { SluiceConfig } from "sluice"
import * as Protocols from "sluice/protocols"
import { scanner } from "../lib/Scanner.ts"
import type { Sink } from "../lib/Sink.ts"
import { reader } from "../lib/Wire.ts"

export interface Decoder {
  readonly push: (piece: Buffer) => void
  readonly end: () => void
}

interface Parser {
  readonly feed: (text: string) => void
}

interface EventSourceParser {
  readonly createParser: (callbacks: { readonly onEvent: (event: { readonly data: string }) => void }) => Parser
}

const eventSourceParser: string = "eventsource-parser"
const wide = 64 * 1024 * 1024

const sluice = async (): Promise<(sink: Sink) => Decoder> => (sink) => {
  const decoder = Protocols.byName["openai-chat"].decodeStream({
    error: { provider: "bench" },
    headers: {},
    now: 0,
    quirks: {},
    limits: { ...SluiceConfig.defaults, maxLineBytes: wide, maxEventBytes: wide },
    scrub: (text) => text
  })
  const take = (events: ReturnType<typeof decoder.push>): void => {
    for (const event of events) {
      if (event._tag === "OutputTextDelta") sink.push(event.delta)
      else if (event._tag === "Completed") {
        sink.usage(event.usage?.inputTokens ?? undefined, event.usage?.outputTokens ?? undefined)
      }
    }
  }
  return { push: (piece) => take(decoder.push(piece)), end: () => take(decoder.end({ type: "end-of-body" })) }
}

const reference = async (): Promise<(sink: Sink) => Decoder> => {
  const read = reader("chat")
  return (sink) => ({ push: scanner((data) => read(data, sink)), end: () => {} })
}

const eventsource = async (): Promise<(sink: Sink) => Decoder> => {
  const { createParser }: EventSourceParser = await import(eventSourceParser)
  const read = reader("chat")
  return (sink) => {
    const decoder = new TextDecoder()
    const parser = createParser({ onEvent: (event) => read(event.data, sink) })
    return { push: (piece) => parser.feed(decoder.decode(piece, { stream: true })), end: () => {} }
  }
}

/** Loads a decoder; a package that is not installed fails here. */
export const decoders: Readonly<Record<string, () => Promise<(sink: Sink) => Decoder>>> = {
  reference,
  sluice,
  "eventsource-parser": eventsource
}
