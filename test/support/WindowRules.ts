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
  /** The headers of its responses. */
  readonly headers: (now: number) => Readonly<Record<string, string>>
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

  left(now: number): number {
    this.wait(0, now)
    return this.limit - this.#used
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
  countsRefused: ReadonlyArray<Part> = [],
  headers: Counter["headers"] = () => ({})
): Counter => ({
  headers,
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
    [rpm],
    (now) => ({
      "x-ratelimit-limit-requests": String(requests),
      "x-ratelimit-remaining-requests": String(Math.floor(rpm.level(now))),
      "x-ratelimit-reset-requests": `${Math.ceil(rpm.wait(requests, now))}ms`,
      "x-ratelimit-limit-tokens": String(tokens),
      "x-ratelimit-remaining-tokens": String(Math.floor(tpm.level(now))),
      "x-ratelimit-reset-tokens": `${Math.ceil(tpm.wait(tokens, now))}ms`
    })
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
  return counter(
    [[slice, () => 1], [tpm, ({ input, maxTokens }) => input + maxTokens]],
    [minute, tpm],
    [slice],
    (now) => ({
      "x-ratelimit-limit-tokens": String(tokens),
      "x-ratelimit-remaining-tokens": String(tpm.left(now)),
      "x-ratelimit-reset-tokens": String(Math.ceil((60_000 - now % 60_000) / 1000))
    })
  )
}

/** Anthropic: buckets of requests, input and output; output counts when it has been written, the limit of it never. */
export const anthropic = (requests: number, input: number, output: number): Counter => {
  const [rpm, itpm, otpm] = [new Bucket(requests), new Bucket(input), new Bucket(output)]
  // Remaining tokens are rounded to thousands, and the moment of the reset to seconds.
  const thousands = (bucket: Bucket, now: number) => String(Math.round(bucket.level(now) / 1000) * 1000)
  const full = (bucket: Bucket, now: number) =>
    new Date(Math.ceil((now + bucket.wait(bucket.limit, now)) / 1000) * 1000).toISOString().replace(".000Z", "Z")
  const counted = counter([[rpm, () => 1], [itpm, (request) => request.input]], [rpm, itpm, otpm], [], (now) => ({
    "anthropic-ratelimit-requests-limit": String(requests),
    "anthropic-ratelimit-requests-remaining": String(Math.floor(rpm.level(now))),
    "anthropic-ratelimit-requests-reset": full(rpm, now),
    "anthropic-ratelimit-tokens-limit": String(input + output),
    "anthropic-ratelimit-tokens-remaining": thousands(itpm, now),
    "anthropic-ratelimit-tokens-reset": full(itpm, now),
    "anthropic-ratelimit-input-tokens-limit": String(input),
    "anthropic-ratelimit-input-tokens-remaining": thousands(itpm, now),
    "anthropic-ratelimit-input-tokens-reset": full(itpm, now),
    "anthropic-ratelimit-output-tokens-limit": String(output),
    "anthropic-ratelimit-output-tokens-remaining": thousands(otpm, now),
    "anthropic-ratelimit-output-tokens-reset": full(otpm, now)
  }))
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
