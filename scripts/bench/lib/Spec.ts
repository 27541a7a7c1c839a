/** Names one measured stream: what the emitter sends, written into the path of the request that asks for it. */

export const protocols = ["chat", "responses", "anthropic"] as const
export type Protocol = (typeof protocols)[number]

export const texts = ["ascii", "mixed", "wide", "json"] as const
export type Text = (typeof texts)[number]

export interface Spec {
  readonly protocol: Protocol
  readonly tokens: number
  readonly text: Text
  /** The bytes of one HTTP chunk, or 0 for one event a chunk: a client sees the body in these pieces. */
  readonly write: number
  /** Keys in another order and other spaces in each event. */
  readonly adversary: boolean
  /** Chat alone: log probabilities in each event, of varying length. */
  readonly logprobs: boolean
  /** Milliseconds from one chunk to the next; 0 is as fast as possible. */
  readonly interval: number
}

/** The path under which a stream's API is found, without `/v1`. */
export const toPath = (spec: Spec): string =>
  `/${spec.protocol}/${spec.tokens}/${spec.text}/${spec.write}/${spec.adversary ? 1 : 0}/${
    spec.logprobs ? 1 : 0
  }/${spec.interval}`

export const fromPath = (path: string): Spec | undefined => {
  const [, protocol, tokens, text, write, adversary, logprobs, interval] = path.split("/")
  const known = protocols.find((name) => name === protocol)
  const kind = texts.find((name) => name === text)
  if (known === undefined || kind === undefined) return undefined
  return {
    protocol: known,
    tokens: Number(tokens),
    text: kind,
    write: Number(write),
    adversary: adversary === "1",
    logprobs: logprobs === "1",
    interval: Number(interval)
  }
}

export const describeWrite = (write: number): string => (write === 0 ? "one event a write" : `${write} bytes a write`)
