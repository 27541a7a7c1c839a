/**
 * The exchanges of one recording and their secrets: scrubs each exchange when it has ended and writes it.
 *
 * A secret that becomes known later, such as a token that one request fetched and the next one uses, is removed from
 * the exchanges that are written already. Only then is the file rewritten.
 */
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import { latin1 } from "./BytesText.ts"
import { CassetteError } from "./CassetteError.ts"
import * as Scrubbing from "./Scrubbing.ts"
import { SecretIndex, toByteText } from "./SecretIndex.ts"
import type { SentRequest } from "./SentRequest.ts"
import type * as Tape from "./Tape.ts"
import type * as TapeFile from "./TapeFile.ts"
import { WrittenText } from "./WrittenText.ts"

/** How an exchange ended, with its secrets. */
export type Result =
  | { readonly _tag: "Answered"; readonly response: Scrubbing.ReceivedResponse; readonly ending: Tape.Ending }
  | Exclude<Tape.ExchangeOutcome, Tape.RecordedResponse>

/** An exchange that has ended, with its secrets. */
export interface EndedExchange {
  /** The number of the request. */
  readonly index: number
  readonly sent: SentRequest
  readonly result: Result
}

/** The exchanges of one recording. */
export interface Recording {
  /** Adds the secrets of a request before it is sent. */
  readonly addSecrets: (secrets: Iterable<string>) => Effect.Effect<void, CassetteError>
  /** Writes an exchange. Fails when it contains a secret that cannot be removed. */
  readonly store: (exchange: EndedExchange) => Effect.Effect<void, CassetteError>
}

/** Returns all texts of an exchange, with one character a byte. */
const textsOf = ({ result, sent }: EndedExchange): ReadonlyArray<string> => {
  const texts = [
    toByteText(sent.url),
    ...Object.values(sent.headers).map(toByteText),
    ...(sent.body === undefined ? [] : [latin1(sent.body)])
  ]
  switch (result._tag) {
    case "Answered":
      return [
        ...texts,
        ...Scrubbing.textsOf(result.response),
        ...(result.ending._tag === "Error" ? failureTexts(result.ending.failure) : [])
      ]
    case "Failed":
      return [...texts, ...failureTexts(result.failure)]
    case "Unanswered":
      return texts
  }
}

const failureTexts = ({ causes, description = "" }: Tape.Failure): ReadonlyArray<string> =>
  [description, ...causes.map(({ message }) => message)].map(toByteText)

const scrubResult = (result: Result, secrets: Iterable<string>): Tape.ExchangeOutcome => {
  switch (result._tag) {
    case "Answered": {
      const { ending } = result
      return {
        _tag: "Answered",
        ...Scrubbing.response(result.response, secrets),
        ending: ending._tag === "Error" ? { ...ending, failure: Scrubbing.failure(ending.failure, secrets) } : ending
      }
    }
    case "Failed":
      return { ...result, failure: Scrubbing.failure(result.failure, secrets) }
    case "Unanswered":
      return result
  }
}

const hasHiddenSecret = ({ result }: EndedExchange, secrets: Iterable<string>): boolean =>
  result._tag === "Answered" && Scrubbing.hasHiddenSecret(result.response, secrets)

/** Creates an empty recording. Its first exchange replaces the former contents of the file. */
export const make = (writer: TapeFile.Writer, path: string): Recording => {
  const oneWriter = Semaphore.makeUnsafe(1)
  const secrets = new SecretIndex()
  const written = new WrittenText()
  let stored: Array<EndedExchange> = []
  let needsRewrite = true

  const add = (values: Iterable<string>): void => {
    for (const secret of secrets.add(values)) needsRewrite ||= written.contains(secret)
  }

  const scrub = (exchange: EndedExchange): Tape.Exchange | undefined => {
    const found = secrets.candidates(textsOf(exchange))
    return hasHiddenSecret(exchange, found) ? undefined : {
      index: exchange.index,
      request: Scrubbing.request(exchange.sent, found),
      outcome: scrubResult(exchange.result, found)
    }
  }

  const hidden = new CassetteError({
    reason: "Unwritable",
    path,
    detail:
      "cannot be stored: a compressed response contains a secret or is too large to be searched; request `accept-encoding: identity`"
  })

  // An exchange that can no longer be scrubbed is dropped, which fails the request that made it so.
  const rewrite = Effect.fnUntraced(function*(exchanges: ReadonlyArray<EndedExchange>) {
    const scrubbed = exchanges.map(scrub)
    const kept = exchanges.filter((_, position) => scrubbed[position] !== undefined)
    if (exchanges.length > 0 && (kept.length > 0 || stored.length > 0)) {
      yield* writer.replace(scrubbed.filter((exchange) => exchange !== undefined))
      needsRewrite = false
    }
    stored = kept
    if (kept.length < exchanges.length) return yield* hidden
  })

  const append = Effect.fnUntraced(function*(exchange: EndedExchange) {
    const scrubbed = scrub(exchange)
    if (scrubbed === undefined) return yield* hidden
    yield* writer.append(scrubbed)
    stored.push(exchange)
  })

  return {
    addSecrets: (values) =>
      oneWriter.withPermit(Effect.suspend(() => {
        add(values)
        return needsRewrite && stored.length > 0 ? rewrite(stored) : Effect.void
      })),
    store: (exchange) =>
      oneWriter.withPermit(Effect.suspend(() => {
        if (exchange.result._tag === "Answered") add(Scrubbing.secretsOf(exchange.result.response))
        const write = needsRewrite ? rewrite([...stored, exchange]) : append(exchange)
        return Effect.andThen(write, Effect.sync(() => written.add(textsOf(exchange))))
      }))
  }
}
