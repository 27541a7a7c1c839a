/**
 * Counts requests as a provider does, refuses those that are over its limits, and reports what is left.
 *
 * The rules are those that the providers document for their limits, and not those of Sluice's limiter.
 */
import { Bucket, type CountingWindow, FixedWindow } from "./CountingWindow.ts"
import * as AnthropicErrors from "./protocols/AnthropicErrors.ts"
import * as OpenAiErrors from "./protocols/OpenAiErrors.ts"
import type { ProviderLimits } from "./scenario/ProviderLimits.ts"
import type { Usage } from "./scenario/ScriptedCompletion.ts"
import type { Problem } from "./WireProtocol.ts"

/** What is counted of a request when it arrives, in tokens. */
export interface Arrival {
  readonly input: number
  /** The output limit; `undefined` where the request sets none. */
  readonly maximum: number | undefined
}

/** The limits of a scenario in progress. Times are in milliseconds. */
export interface ProviderWindows {
  /** Counts a request. Returns why it is refused, or `undefined`. */
  readonly arrive: (arrival: Arrival, now: number) => Problem | undefined
  /** Counts what the response to an accepted request has used. */
  readonly settle: (arrival: Arrival, usage: Usage, now: number) => void
  /** Returns the headers of every response. */
  readonly headers: (now: number) => Readonly<Record<string, string>>
}

type Name = "requests" | "tokens" | "input-tokens" | "output-tokens"

interface Limit {
  readonly name: Name
  readonly window: CountingWindow
  /** What has to be left for a request. */
  readonly needs: (arrival: Arrival) => number
  /** What an accepted request takes when it arrives. The default is what it needs. */
  readonly takes?: (arrival: Arrival) => number
  /** Whether refused requests count too. */
  readonly countsRefused?: boolean
}

interface Rule {
  readonly limits: (limits: ProviderLimits) => ReadonlyArray<Limit>
  readonly headers: (limits: ReadonlyArray<Limit>, now: number) => Readonly<Record<string, string>>
  /** Counts what a response has used. The default is that what was reserved stays. */
  readonly settle?: (limits: ReadonlyArray<Limit>, arrival: Arrival, usage: Usage, now: number) => void
  /** The provider's message. The default is that of the protocol. */
  readonly message?: (millis: number) => string
}

/** A wait shorter than this is none, since fractions of tokens are not exact. In milliseconds. */
const tolerance = 1e-6

const one = (): number => 1

const none = (): number => 0

const inputOf = ({ input }: Arrival): number => input

/** Creates limits of those that are set. */
const present = (...limits: ReadonlyArray<readonly [number | undefined, (limit: number) => Limit]>) =>
  limits.flatMap(([limit, make]) => (limit === undefined ? [] : [make(limit)]))

const find = (limits: ReadonlyArray<Limit>, name: Name): CountingWindow | undefined =>
  limits.find((limit) => limit.name === name)?.window

const remaining = (window: CountingWindow, now: number): number => Math.max(0, Math.floor(window.left(now)))

/** What a window reports: its reset is when it is full. */
const reportOf = (window: CountingWindow | undefined, now: number) =>
  window === undefined ? undefined : {
    limit: window.limit,
    remaining: remaining(window, now),
    resetMillis: Math.ceil(window.wait(window.limit, now))
  }

const openai: Rule = {
  limits: ({ requestsPerMinute, tokensPerMinute }) =>
    present(
      [requestsPerMinute, (limit) => ({
        name: "requests",
        window: new Bucket(limit),
        needs: one,
        countsRefused: true
      })],
      [tokensPerMinute, (limit) => ({
        name: "tokens",
        window: new Bucket(limit),
        needs: ({ input, maximum = 0 }) => Math.max(input, maximum)
      })]
    ),
  headers: (limits, now) => {
    const [requests, tokens] = [reportOf(find(limits, "requests"), now), reportOf(find(limits, "tokens"), now)]
    return OpenAiErrors.rateLimitHeaders({
      ...(requests === undefined ? {} : { requests }),
      ...(tokens === undefined ? {} : { tokens })
    })
  }
}

/** Requests are judged over periods of ten seconds. */
const slice = 10_000

/** The model's own output limit, which counts where a request sets none. */
const unsetOutput = 4096

const azure: Rule = {
  limits: ({ requestsPerMinute, tokensPerMinute }) =>
    present(
      [requestsPerMinute, (limit) => ({
        name: "requests",
        window: new FixedWindow(Math.max(1, Math.floor(limit * slice / 60_000)), slice),
        needs: one,
        countsRefused: true
      })],
      [tokensPerMinute, (limit) => ({
        name: "tokens",
        window: new FixedWindow(limit),
        needs: ({ input, maximum = unsetOutput }) => input + maximum
      })]
    ),
  headers: (limits, now) => {
    const window = find(limits, "tokens")
    return window === undefined ? {} : {
      "x-ratelimit-limit-tokens": String(window.limit),
      "x-ratelimit-remaining-tokens": String(remaining(window, now)),
      "x-ratelimit-reset-tokens": String(Math.ceil(window.wait(window.limit, now) / 1000))
    }
  },
  message: (millis) => `Rate limit is exceeded. Try again in ${Math.ceil(millis / 1000)} seconds.`
}

const anthropic: Rule = {
  limits: ({ outputTokensPerMinute, requestsPerMinute, tokensPerMinute }) =>
    present(
      [requestsPerMinute, (limit) => ({ name: "requests", window: new Bucket(limit), needs: one })],
      [tokensPerMinute, (limit) => ({ name: "input-tokens", window: new Bucket(limit), needs: inputOf })],
      [outputTokensPerMinute, (limit) => ({
        name: "output-tokens",
        window: new Bucket(limit),
        needs: one,
        takes: none
      })]
    ),
  settle: (limits, { input }, { cached = 0, input: used = 0, output = 0 }, now) => {
    find(limits, "input-tokens")?.take(used - cached - input, now)
    find(limits, "output-tokens")?.take(output, now)
  },
  headers: (limits, now) => {
    const headers: Record<string, string> = {}
    for (const { name, window } of limits) {
      const report = reportOf(window, now)
      if (report === undefined) continue
      // Tokens are rounded to thousands.
      const rounded = name === "requests" ? report.remaining : Math.round(report.remaining / 1000) * 1000
      Object.assign(headers, AnthropicErrors.limitHeaders(name, { ...report, remaining: rounded }, now))
    }
    const [input, output] = [find(limits, "input-tokens"), find(limits, "output-tokens")]
    if (input === undefined || output === undefined) return headers
    // Both together, of which the one that is nearer to its end is reported.
    const [nearer] = [input, output].toSorted((a, b) => a.left(now) / a.limit - b.left(now) / b.limit)
    const report = reportOf(nearer, now)
    return report === undefined ? headers : {
      ...headers,
      ...AnthropicErrors.limitHeaders("tokens", {
        ...report,
        limit: input.limit + output.limit,
        remaining: Math.round(report.remaining / 1000) * 1000
      }, now)
    }
  }
}

const gemini: Rule = {
  limits: ({ requestsPerMinute, tokensPerMinute }) =>
    present(
      [requestsPerMinute, (limit) => ({
        name: "requests",
        window: new FixedWindow(limit),
        needs: one,
        countsRefused: true
      })],
      [tokensPerMinute, (limit) => ({ name: "tokens", window: new FixedWindow(limit), needs: inputOf })]
    ),
  headers: () => ({})
}

const rules: Readonly<Record<ProviderLimits["rule"], Rule>> = { openai, azure, anthropic, gemini }

/** Creates the limits of a scenario, all of them unused. */
export const make = (settings: ProviderLimits): ProviderWindows => {
  const rule = rules[settings.rule]
  const limits = rule.limits(settings)
  return {
    arrive: (arrival, now) => {
      const longest = Math.max(0, ...limits.map(({ needs, window }) => window.wait(needs(arrival), now)))
      const millis = Math.ceil(longest - tolerance)
      for (const { countsRefused = false, needs, takes = needs, window } of limits) {
        if (millis === 0 || countsRefused) window.take(takes(arrival), now)
      }
      if (millis === 0) return undefined
      const message = rule.message?.(millis)
      return { kind: "rate-limit", retryAfterMillis: millis, ...(message === undefined ? {} : { message }) }
    },
    settle: (arrival, usage, now) => rule.settle?.(limits, arrival, usage, now),
    headers: (now) => rule.headers(limits, now)
  }
}
