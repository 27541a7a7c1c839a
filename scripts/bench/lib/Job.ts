/** What a measuring process is told to do, and what it answers. */
import type { Protocol, Spec } from "./Spec.ts"
import type { Expected } from "./Text.ts"

interface Streaming {
  readonly client: string
  readonly origin: string
  readonly spec: Spec
  readonly warmup: Spec
  readonly expected: Expected
}

/** One measurement. */
export type Job =
  | (Streaming & { readonly mode: "throughput" })
  | (Streaming & { readonly mode: "latency"; readonly requests: number; readonly warmups: number })
  | (Streaming & {
    readonly mode: "repeated"
    readonly requests: number
    readonly warmups: number
    /** How many of the requests are open at once. */
    readonly streams: number
  })
  | (Streaming & { readonly mode: "concurrent"; readonly streams: number })
  | (Streaming & { readonly mode: "memory"; readonly at: ReadonlyArray<number> })
  | (Streaming & {
    readonly mode: "profile"
    readonly streams: number
    readonly requests: number
    readonly file: string
  })
  | { readonly mode: "load"; readonly client: string }
  | {
    readonly mode: "partial-json"
    /** A name of `clients/PartialParsers.ts`. */
    readonly client: string
    /** Nested records of so many characters, or a list of so many numbers. */
    readonly document: "records" | "numbers"
    readonly size: number
    readonly piece: number
    /** The least milliseconds of passes that do not count, and of those that do. */
    readonly millis: number
  }
  | {
    readonly mode: "tool-calls"
    readonly client: string
    readonly calls: number
    /** The length of the arguments of each call. */
    readonly characters: number
  }
  | {
    readonly mode: "tool-loop"
    readonly client: string
    readonly steps: number
    /** The messages of the conversation before. */
    readonly messages: number
  }
  | {
    readonly mode: "in-memory"
    readonly client: string
    readonly spec: Spec
    /** The length of the text if all of it is one delta. */
    readonly characters?: number
  }

/** Names of numbers; each mode has its own. */
export type Metrics = Readonly<Record<string, number>>

export type Outcome =
  | { readonly status: "measured"; readonly metrics: Metrics }
  | { readonly status: "missing"; readonly detail: string }
  | { readonly status: "failed"; readonly detail: string }

/** A measurement as it is kept in the file of `--json`. */
export interface Kept {
  readonly experiment: string
  readonly client: string
  readonly round: number
  readonly protocol?: Protocol
  readonly job: Readonly<Record<string, unknown>>
  readonly outcome: Outcome
}
