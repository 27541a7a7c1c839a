/**
 * The addresses at which providers list their models or describe a key. The path tells the providers apart; where it
 * does not, the host does, or the first part of the path (`/mistral/v1/models`) where the host is the simulator's.
 */
import type { Json } from "../Json.ts"
import { type Dialect, dialectOf } from "../operations/Operation.ts"
import * as Cohere from "../protocols/Cohere.ts"
import * as OpenAiChat from "../protocols/OpenAiChat.ts"
import type { SimulatorQuirks } from "../scenario/SimulatorQuirks.ts"
import type { IncomingRequest, WireProtocol } from "../WireProtocol.ts"
import * as Entries from "./Entries.ts"
import * as KeyInfo from "./KeyInfo.ts"

type RequestTarget = Pick<IncomingRequest, "headers" | "path" | "query">

/** A list or a description that a provider serves besides completions. */
export interface Listing {
  /** Returns whether a request is for this address. */
  readonly serves: (target: RequestTarget) => boolean
  readonly protocol: WireProtocol
  /** The format of error responses. */
  readonly quirks: SimulatorQuirks
  readonly respond: (models: ReadonlyArray<string>, query: URLSearchParams) => Json
}

const listing = (
  serves: Listing["serves"],
  respond: Listing["respond"],
  quirks: SimulatorQuirks = {},
  protocol: WireProtocol = OpenAiChat.protocol
): Listing => ({ serves, protocol, quirks, respond })

const atPath = (pattern: RegExp) => ({ path }: RequestTarget): boolean => pattern.test(path)

const modelsPath = /\/models$/

/** Matches the model list of a provider that is known by its host. */
const ofDialect = (dialect: Dialect) => ({ headers, path }: RequestTarget): boolean =>
  modelsPath.test(path) && dialectOf(headers["host"] ?? "", path) === dialect

const ofName = (pattern: RegExp) => ({ headers, path }: RequestTarget): boolean =>
  modelsPath.test(path) && (pattern.test(headers["host"] ?? "") || pattern.test(path.split("/")[1] ?? ""))

const list = (entry: (id: string) => Json) => (ids: ReadonlyArray<string>): Json => ({
  object: "list",
  data: ids.map(entry)
})

const anyOf = (...matchers: ReadonlyArray<Listing["serves"]>): Listing["serves"] => (target) =>
  matchers.some((matches) => matches(target))

/** Cloudflare's pages, counted from 1. */
const cloudflare: Listing["respond"] = (ids, query) => {
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
  listing(atPath(/\/key$/), () => KeyInfo.openRouter, { errors: "status" }),
  listing(atPath(/\/api-key$/), () => KeyInfo.xAi, { errors: "sentence" }),
  listing(atPath(/\/tts\/voices$/), () => Entries.xAiVoices, { errors: "sentence" }),
  listing(atPath(/\/user\/balance$/), () => KeyInfo.deepSeek),
  listing(atPath(/\/api\/whoami-v2$/), () => KeyInfo.huggingFace, { errors: "text" }),
  listing(atPath(/\/catalog\/models$/), (ids) => ids.map(Entries.gitHub)),
  listing(atPath(/\/ai\/models\/search$/), cloudflare, { errors: "envelope" }),
  listing(
    anyOf(atPath(/\/api\/v1\/models$/), ofDialect("openrouter")),
    (ids) => ({ data: ids.map(Entries.openRouter) }),
    {
      errors: "status"
    }
  ),
  listing(anyOf(atPath(/\/v1\/openai\/models$/), ofName(/deepinfra/)), list(Entries.deepInfra)),
  // Only Cohere has a parameter of this name.
  listing(
    anyOf(
      ofDialect("cohere"),
      ({ path, query }) => modelsPath.test(path) && new URLSearchParams(query).has("page_size")
    ),
    (ids, query) => Cohere.protocol.models(ids, query),
    {},
    Cohere.protocol
  ),
  listing(ofDialect("mistral"), list(Entries.mistral), { errors: "flat" }),
  listing(ofDialect("together"), (ids) => ids.map(Entries.together), { errors: "text" }),
  listing(ofName(/huggingface/), list(Entries.huggingFace), { errors: "text" }),
  // Azure's v1 API has the same path and another key header.
  listing(
    anyOf(
      ofDialect("groq"),
      (target) => atPath(/\/openai\/v1\/models$/)(target) && target.headers["api-key"] === undefined
    ),
    list(Entries.groq)
  )
]

/** Finds the listing that a request is for. */
export const find = (request: Pick<IncomingRequest, "headers" | "method" | "path" | "query">): Listing | undefined =>
  request.method === "GET" ? all.find(({ serves }) => serves(request)) : undefined
