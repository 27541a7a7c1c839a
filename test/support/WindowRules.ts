/**
 * How providers count requests and tokens, for servers of tests: written from what the providers document, and not from
 * our limiter.
 */

/** A request, as a provider counts it. Times are in milliseconds. */
export interface Counting {
  readonly at: number
  /** The tokens of its input, as the server counts them. */
  readonly input: number
  /** Its output limit. */
  readonly maxTokens: number
  /** The tokens that it will have written. */
  readonly output: number
}

/** What a provider says: whether it accepts a request, and how long to wait otherwise. */
export interface Verdict {
  readonly isAccepted: boolean
  readonly retryAfterMillis: number
}

/** A provider that counts. */
export interface Counter {
  readonly ask: (request: Counting) => Verdict
  /** Which part of what it allows was used between two moments: of the limit that was used most. */
  readonly used: (from: number, to: number) => number
}

/** A bucket that fills evenly to its limit within a minute. */
class Bucket {
  readonly limit: number
  #level: number
  #since = 0
  total = 0

  constructor(limit: number) {
    this.limit = limit
    this.#level = limit
  }

  level(now: number): number {
    this.#level = Math.min(this.limit, this.#level + (now - this.#since) / 60_000 * this.limit)
    this.#since = now
    return this.#level
  }

  wait(amount: number, now: number): number {
    return Math.max(0, (amount - this.level(now)) / this.limit * 60_000)
  }

  take(amount: number, now: number): void {
    this.level(now)
    this.#level -= amount
    this.total += amount
  }
}

/** A counter that begins anew at fixed moments. */
class Fixed {
  readonly limit: number
  readonly length: number
  #window = -1
  #used = 0
  total = 0

  constructor(limit: number, length: number) {
    this.limit = limit
    this.length = length
  }

  wait(amount: number, now: number): number {
    const window = Math.floor(now / this.length)
    if (window !== this.#window) {
      this.#window = window
      this.#used = 0
    }
    return this.#used + amount <= this.limit ? 0 : (window + 1) * this.length - now
  }

  take(amount: number): void {
    this.#used += amount
    this.total += amount
  }
}

interface Part {
  readonly limit: number
  readonly total: number
  readonly wait: (amount: number, now: number) => number
  readonly take: (amount: number, now: number) => void
}

/** Counts parts of a request. `countsRefused` are the parts that count refused requests too. */
const counter = (
  parts: ReadonlyArray<readonly [Part, (request: Counting) => number]>,
  perMinute: ReadonlyArray<Part>,
  countsRefused: ReadonlyArray<Part> = []
): Counter => ({
  ask: (request) => {
    const wait = Math.max(...parts.map(([part, amountOf]) => part.wait(amountOf(request), request.at)))
    for (const [part, amountOf] of parts) {
      if (wait === 0 || countsRefused.includes(part)) part.take(amountOf(request), request.at)
    }
    return { isAccepted: wait === 0, retryAfterMillis: Math.ceil(wait) }
  },
  used: (from, to) => Math.max(...perMinute.map((part) => part.total / (part.limit * (to - from) / 60_000)))
})

/** OpenAI: buckets; the larger of input and output limit counts at once; refused requests count. */
export const openai = (requests: number, tokens: number): Counter => {
  const [rpm, tpm] = [new Bucket(requests), new Bucket(tokens)]
  return counter(
    [[rpm, () => 1], [tpm, ({ input, maxTokens }) => Math.max(input, maxTokens)]],
    [rpm, tpm],
    [rpm]
  )
}

/** Azure: tokens of fixed minutes, input and output limit together; requests of slices of ten seconds. */
export const azure = (requests: number, tokens: number): Counter => {
  const [slice, tpm] = [new Fixed(Math.floor(requests / 6), 10_000), new Fixed(tokens, 60_000)]
  const minute: Part = {
    limit: requests,
    get total() {
      return slice.total
    },
    wait: () => 0,
    take: () => {}
  }
  return counter([[slice, () => 1], [tpm, ({ input, maxTokens }) => input + maxTokens]], [minute, tpm], [slice])
}

/** Anthropic: buckets of requests, input and output; output counts when it has been written, the limit of it never. */
export const anthropic = (requests: number, input: number, output: number): Counter => {
  const [rpm, itpm, otpm] = [new Bucket(requests), new Bucket(input), new Bucket(output)]
  const counted = counter([[rpm, () => 1], [itpm, (request) => request.input]], [rpm, itpm, otpm])
  return {
    ...counted,
    ask: (request) => {
      const wait = otpm.wait(1, request.at)
      if (wait > 0) return { isAccepted: false, retryAfterMillis: Math.ceil(wait) }
      const verdict = counted.ask(request)
      if (verdict.isAccepted) otpm.take(request.output, request.at)
      return verdict
    }
  }
}

/** Gemini: requests and input of fixed minutes; refused requests count. */
export const gemini = (requests: number, tokens: number): Counter => {
  const [rpm, tpm] = [new Fixed(requests, 60_000), new Fixed(tokens, 60_000)]
  return counter([[rpm, () => 1], [tpm, ({ input }) => input]], [rpm, tpm], [rpm])
}
