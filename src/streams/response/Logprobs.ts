/**
 * Reads the probabilities of tokens.
 *
 * A stream with probabilities costs much more to read than its text. Protocols that send them with every piece of text
 * skip them, therefore, unless the request asks for them.
 */
import type { TokenLogprob, TopLogprob } from "../../domain/ResponseItem.ts"
import { array, isObject, type JsonObject, objects } from "../json/Json.ts"

/** Returns whether the body of a request asks for probabilities with every piece of text (Chat, Ollama). */
export const areRequested = ({ logprobs }: JsonObject): boolean => logprobs === true

const bytesOf = (value: unknown): { readonly bytes?: ReadonlyArray<number> } =>
  Array.isArray(value) && value.every((byte) => Number.isInteger(byte)) ? { bytes: value } : {}

/** Reads one token with its probability. Gemini names that `logProbability`, and sends no bytes. */
const readTop = ({ bytes, logProbability, logprob = logProbability, token }: JsonObject): TopLogprob | undefined =>
  typeof token === "string" && typeof logprob === "number" && Number.isFinite(logprob)
    ? { token, logprob, ...bytesOf(bytes) }
    : undefined

const readAll = (entries: unknown): ReadonlyArray<TopLogprob> =>
  objects(entries).flatMap((entry) => readTop(entry) ?? [])

/** Reads the entries of OpenAI and Ollama. One that cannot be read is left out. */
export const read = (entries: unknown): ReadonlyArray<TokenLogprob> =>
  objects(entries).flatMap((entry) => {
    const token = readTop(entry)
    return token === undefined ? [] : [{ ...token, top: readAll(entry.top_logprobs) }]
  })

/** Reads the `logprobsResult` of Gemini: the tokens and their alternatives are two lists. */
export const readResult = (result: unknown): ReadonlyArray<TokenLogprob> => {
  if (!isObject(result)) return []
  const tops = array(result.topCandidates) ?? []
  return (array(result.chosenCandidates) ?? []).flatMap((entry, index) => {
    const token = isObject(entry) ? readTop(entry) : undefined
    const top = tops[index]
    return token === undefined ? [] : [{ ...token, top: isObject(top) ? readAll(top.candidates) : [] }]
  })
}
