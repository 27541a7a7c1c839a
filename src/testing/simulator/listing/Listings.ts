/**
 * What providers are asked besides work: which models they have, and whose key it is. Each has addresses and words of its own
 * for it. The path tells them apart; where it does not, the host does, or the first part of the path (`/mistral/v1/models`) where
 * the host is the simulator's.
 *
 * @since 0.1.0
 */
import type { Json } from "../Json.ts"
import { type Dialect, dialectOf } from "../operations/Operation.ts"
import * as Cohere from "../protocols/Cohere.ts"
import * as OpenAiChat from "../protocols/OpenAiChat.ts"
import type { SimulatorQuirks } from "../scenario/SimulatorQuirks.ts"
import type { Incoming, WireProtocol } from "../WireProtocol.ts"
import * as Entries from "./Entries.ts"
import * as Keys from "./Keys.ts"

type Place = Pick<Incoming, "headers" | "path" | "query">

/**
 * A question that is answered without any work: in whose family, with which form of refusals.
 *
 * @category models
 * @since 0.1.0
 */
export interface Listing {
  readonly serves: (place: Place) => boolean
  readonly protocol: WireProtocol
  readonly quirks: SimulatorQuirks
  readonly answer: (models: ReadonlyArray<string>, query: URLSearchParams) => Json
}

const listing = (
  serves: Listing["serves"],
  answer: Listing["answer"],
  quirks: SimulatorQuirks = {},
  protocol: WireProtocol = OpenAiChat.protocol
): Listing => ({ serves, protocol, quirks, answer })

const at = (pattern: RegExp) => ({ path }: Place): boolean => pattern.test(path)

const models = /\/models$/

/** The lists of those who are known by their hosts. */
const of = (dialect: Dialect) => ({ headers, path }: Place): boolean =>
  models.test(path) && dialectOf(headers["host"] ?? "", path) === dialect

const named = (pattern: RegExp) => ({ headers, path }: Place): boolean =>
  models.test(path) && (pattern.test(headers["host"] ?? "") || pattern.test(path.split("/")[1] ?? ""))

const list = (entry: (id: string) => Json) => (ids: ReadonlyArray<string>): Json => ({
  object: "list",
  data: ids.map(entry)
})

const any = (...all: ReadonlyArray<Listing["serves"]>): Listing["serves"] => (place) => all.some((one) => one(place))

/** A page of many, counted from 1. */
const cloudflare: Listing["answer"] = (ids, query) => {
  const page = Number(query.get("page") ?? 1)
  const size = Number(query.get("per_page") ?? 50)
  const result = ids.slice((page - 1) * size, page * size).map(Entries.cloudflare)
  return {
    success: true,
    errors: [],
    messages: [],
    result,
    result_info: { count: result.length, page, per_page: size, total_count: ids.length }
  }
}

const all: ReadonlyArray<Listing> = [
  listing(at(/\/key$/), () => Keys.openRouter, { errors: "status" }),
  listing(at(/\/api-key$/), () => Keys.xAi, { errors: "sentence" }),
  listing(at(/\/user\/balance$/), () => Keys.deepSeek),
  listing(at(/\/api\/whoami-v2$/), () => Keys.huggingFace, { errors: "text" }),
  listing(at(/\/catalog\/models$/), (ids) => ids.map(Entries.gitHub)),
  listing(at(/\/ai\/models\/search$/), cloudflare, { errors: "envelope" }),
  listing(any(at(/\/api\/v1\/models$/), of("openrouter")), (ids) => ({ data: ids.map(Entries.openRouter) }), {
    errors: "status"
  }),
  listing(any(at(/\/v1\/openai\/models$/), named(/deepinfra/)), list(Entries.deepInfra)),
  // Nobody else gives a page its size in this word.
  listing(
    any(of("cohere"), ({ path, query }) => models.test(path) && new URLSearchParams(query).has("page_size")),
    (ids, query) => Cohere.protocol.models(ids, query),
    {},
    Cohere.protocol
  ),
  listing(of("mistral"), list(Entries.mistral), { errors: "flat" }),
  listing(of("together"), (ids) => ids.map(Entries.together), { errors: "text" }),
  listing(named(/huggingface/), list(Entries.huggingFace), { errors: "text" }),
  // Azure's v1 has the same path, and keys of its own.
  listing(
    any(of("groq"), (place) => at(/\/openai\/v1\/models$/)(place) && place.headers["api-key"] === undefined),
    list(Entries.groq)
  )
]

/**
 * Finds the question that a request asks.
 *
 * @category accessors
 * @since 0.1.0
 */
export const find = (request: Pick<Incoming, "headers" | "method" | "path" | "query">): Listing | undefined =>
  request.method === "GET" ? all.find(({ serves }) => serves(request)) : undefined
