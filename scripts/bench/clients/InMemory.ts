/** Decoders of bytes that are in memory already: no socket, no runtime. */
import { SluiceConfig } from "sluice"
import * as Protocols from "sluice/protocols"
import { scanner } from "../lib/Scanner.ts"
import type { Sink } from "../lib/Sink.ts"
import type { Protocol } from "../lib/Spec.ts"
import { reader } from "../lib/Wire.ts"

export interface Decoder {
  readonly push: (piece: Buffer) => void
  readonly end: () => void
}

/** Loads a decoder of a protocol; a package that is not installed fails here. */
type LoadDecoder = (protocol: Protocol) => Promise<(sink: Sink) => Decoder>

export type DecoderLoaders = Readonly<Record<string, LoadDecoder>>

interface Parser {
  readonly feed: (text: string) => void
}

interface EventSourceParser {
  readonly createParser: (callbacks: { readonly onEvent: (event: { readonly data: string }) => void }) => Parser
}

const eventSourceParser: string = "eventsource-parser"
const wide = 64 * 1024 * 1024

const names = { chat: "openai-chat", responses: "openai-responses", anthropic: "anthropic-messages" } as const

const sluice: LoadDecoder = async (protocol) => (sink) => {
  const decoder = Protocols.byName[names[protocol]].decodeStream({
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

const reference: LoadDecoder = async (protocol) => {
  const read = reader(protocol)
  return (sink) => ({ push: scanner((data) => read(data, sink)), end: () => {} })
}

const eventsource: LoadDecoder = async (protocol) => {
  const { createParser }: EventSourceParser = await import(eventSourceParser)
  const read = reader(protocol)
  return (sink) => {
    const decoder = new TextDecoder()
    const parser = createParser({ onEvent: (event) => read(event.data, sink) })
    return { push: (piece) => parser.feed(decoder.decode(piece, { stream: true })), end: () => {} }
  }
}

export const decoders: DecoderLoaders = {
  reference,
  sluice,
  "eventsource-parser": eventsource
}
